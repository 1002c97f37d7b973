import { uniform } from '../../base/random.ts';
import type { Table } from '../../base/table.ts';
import { constantOf, SIZES, type SizeClass, type SizePoints, sizeClasses } from '../../core/attribution/rates/sizes.ts';
import { valuesOf } from '../attribution/chunk-facts.ts';
import type { Engine } from '../engine.ts';
import type { Structure } from '../native-read.ts';
import { sql } from '../sql.ts';
import { destKey } from './day-tallies.ts';

/** The columns of `grading/sizes.sql`. */
export const SIZES_READ: Structure = {
  dest_ip: 'IPv6',
  dest_port: 'UInt16',
  protocol: 'UInt8',
  out_step: 'UInt16',
  in_step: 'UInt16',
  lasted_step: 'UInt16',
  flows: 'UInt64',
};
/** The logarithm of the middle of a quarter of a doubling. */
const sizeOf = (step: number): number => ((step + 0.5) / 4) * Math.LN2;

/** The kinds of requests to each destination, as rows of `size_class`. */
export const classTable = (sizes: Table, before: ReadonlyMap<string, readonly SizeClass[]>): Table => {
  const ip = valuesOf(sizes, 'dest_ip', 'IPv6');
  const port = valuesOf(sizes, 'dest_port', 'UInt16');
  const protocol = valuesOf(sizes, 'protocol', 'UInt8');
  const steps = (['out_step', 'in_step', 'lasted_step'] as const).map((name) => valuesOf(sizes, name, 'UInt16'));
  const flows = valuesOf(sizes, 'flows', 'UInt64');
  const rows: { readonly of: number; readonly place: number; readonly one: SizeClass }[] = [];
  for (let from = 0; from < sizes.rows; ) {
    const key = destKey(ip.subarray(from * 16, from * 16 + 16), port[from] as number, protocol[from] as number);
    let until = from;
    while (
      until < sizes.rows &&
      destKey(ip.subarray(until * 16, until * 16 + 16), port[until] as number, protocol[until] as number) === key
    )
      until++;
    const points: SizePoints = {
      at: Float64Array.from({ length: (until - from) * SIZES }, (_, i) =>
        sizeOf((steps[i % SIZES] as Uint16Array)[from + Math.floor(i / SIZES)] as number),
      ),
      flows: Float64Array.from({ length: until - from }, (_, i) => Number(flows[from + i])),
    };
    const classes = sizeClasses(points, before.get(key) ?? [], uniform(seedOf(key)));
    for (const [place, one] of classes.entries()) rows.push({ of: from, place, one });
    from = until;
  }
  return {
    rows: rows.length,
    columns: {
      dest_ip: {
        type: 'IPv6',
        values: Uint8Array.from(rows.flatMap(({ of }) => [...ip.subarray(of * 16, of * 16 + 16)])),
      },
      dest_port: { type: 'UInt16', values: Uint16Array.from(rows, ({ of }) => port[of] as number) },
      protocol: { type: 'UInt8', values: Uint8Array.from(rows, ({ of }) => protocol[of] as number) },
      class: { type: 'UInt8', values: Uint8Array.from(rows, ({ place }) => place) },
      constant: { type: 'Float64', values: Float64Array.from(rows, ({ one }) => constantOf(one)) },
      weight: { type: 'Float64', values: Float64Array.from(rows, ({ one }) => one.weight) },
      mean: numbersOf(rows.map(({ one }) => one.mean)),
      variance: numbersOf(rows.map(({ one }) => one.variance)),
    },
  };
};

const numbersOf = (lists: readonly (readonly number[])[]) =>
  ({
    type: 'Floats',
    ends: BigUint64Array.from(lists, (_, i) => BigInt((i + 1) * SIZES)),
    values: Float32Array.from(lists.flat()),
  }) as const;

/** The same text gives the same seed (FNV-1a, Fowler, Noll & Vo). */
export const seedOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

export const storedClasses = async (
  engine: Engine,
  cluster: string,
  generation: number,
): Promise<ReadonlyMap<string, readonly SizeClass[]>> => {
  if (generation === 0) return new Map();
  const rows = await engine.rows<SizeClass & { key: string }>(sql('grading/classes-before'), { cluster, generation });
  return Map.groupBy(rows, ({ key }) => key);
};
