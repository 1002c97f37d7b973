import { IP_BYTES, type Ip, renderIp } from '../base/ip.ts';
import type { IngestStore } from '../app/ingest.ts';
import type { Batch, Store } from '../core/ports.ts';

/** A batch that is told in the name of a node holds a translation to an address of another. */
export class ForeignNode extends Error {}

/**
 * A store into which only translations of the node go that tells of them. An address that no inventory knows is believed: the inventory may be
 * late.
 */
export const onlyOfItsNode = (store: IngestStore & Pick<Store, 'nodesAt'>): IngestStore => ({
  writeRows: store.writeRows,
  keepCursors: (cluster, cursors) => store.keepCursors(cluster, cursors),
  write: async (batches) => {
    for (const batch of batches) {
      const owners = await store.nodesAt(batch.cluster, translatedTo(batch));
      for (const [ip, nodes] of owners)
        if (!nodes.includes(batch.node))
          throw new ForeignNode(`it tells of translations to ${ip}, an address of ${nodes.join(', ')}`);
    }
    return store.write(batches);
  },
});

/** The addresses that its entries translate to, each once. */
const translatedTo = ({ conntrack }: Batch): readonly Ip[] => {
  const [origin, wire] = [conntrack?.columns['orig_src_ip'], conntrack?.columns['reply_dest_ip']];
  if (conntrack === null || origin?.type !== 'IPv6' || wire?.type !== 'IPv6') return [];
  const found = new Set<Ip>();
  for (let row = 0; row < conntrack.rows; row++) {
    const at = row * IP_BYTES;
    let isSame = true;
    for (let i = at; i < at + IP_BYTES && isSame; i++) isSame = origin.values[i] === wire.values[i];
    if (!isSame) found.add(renderIp(wire.values, at));
  }
  return [...found];
};
