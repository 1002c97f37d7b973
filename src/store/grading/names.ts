import { nameKnown } from '../../core/attribution/rates/named.ts';
import type { Engine, Params } from '../engine.ts';
import { loadRows } from '../load-rows.ts';
import { sql } from '../sql.ts';

/** Calls to a name that its addresses are learned from. */
const NAMES_SAMPLE = 500;
const HOW = { told: 1, learned: 2 } as const;
/** Where a call had no flow to anywhere, the engine's join leaves this. */
const NOWHERE = '::';

const STRUCTURE = {
  host: 'String',
  port: 'UInt16',
  dest_ip: 'IPv6',
  share: 'Float64',
  elsewhere: 'Float64',
  how: 'UInt8',
} as const;

/** Works out which addresses stand behind the names of a day that calls told alone, and which of them each of these calls went to. */
export const loadNames = async (engine: Engine, params: Params): Promise<void> => {
  const whole = { ...params, slices: 1, slice: 0, names_sample: NAMES_SAMPLE };
  const calls = await engine.rows<{ host: string; port: number; call: string; address: string; by_chance: number }>(
    sql('grading/named'),
    whole,
  );
  if (calls.length > 0) {
    const told = Map.groupBy(
      await engine.rows<{ host: string; port: number; address: string; times: number }>(
        sql('grading/names-told'),
        params,
      ),
      ({ host, port }) => `${host} ${port}`,
    );
    const rows = [...Map.groupBy(calls, ({ host, port }) => `${host} ${port}`)].flatMap(([name, ofName]) => {
      const { addresses, elsewhere } = nameKnown(
        [...Map.groupBy(ofName, ({ call }) => call).values()].map((ofCall) => ({
          addresses: ofCall
            .filter(({ address }) => address !== NOWHERE)
            .map(({ address, by_chance }) => ({ address, byChance: by_chance })),
        })),
        new Map((told.get(name) ?? []).map(({ address, times }) => [address, times])),
      );
      const { host, port } = ofName[0] as (typeof ofName)[number];
      return addresses.map(({ address, share, how }) => ({
        host,
        port,
        dest_ip: address,
        share,
        elsewhere,
        how: HOW[how],
      }));
    });
    const columns = Object.keys(STRUCTURE).join(', ');
    if (rows.length > 0) {
      await loadRows(
        engine,
        `INSERT INTO name_address (cluster, generation, ${columns})
         SELECT {cluster:String}, {generation:UInt64}, ${columns} FROM {source}`,
        STRUCTURE,
        rows,
        params,
      );
      await engine.fill('named_call', sql('grading/named-calls'), whole);
    }
  }
  await engine.run(sql('grading/named-total'), params);
};
