import type { Instant } from '../../base/instant.ts';
import type { Table } from '../../base/table.ts';
import { attributeAggregate } from '../../core/attribution/attribute.ts';
import type { World } from '../../core/attribution/world.ts';
import { DIRECTIONS } from '../../core/facts.ts';
import { addressTexts } from './address-texts.ts';
import { signedAt, textsOf, valuesOf, wordsOf } from './chunk-facts.ts';
import { flowRows, OBSERVED_BY, type TupleAt } from './flow-rows.ts';
import type { flowTotals } from './flow-totals.ts';

/** Rows of the table `flow`, each of which stands for the flows of one aggregate. They are counted in `totals`, too. */
export const attributeAggregates = (
  aggregates: Table,
  world: World,
  tickOf: (shard: number, at: number) => number,
  totals: ReturnType<typeof flowTotals>,
): Table => {
  const textOf = addressTexts();
  const srcBytes = valuesOf(aggregates, 'src_ip', 'IPv6');
  const at: TupleAt = {
    shard: valuesOf(aggregates, 'shard', 'UInt8'),
    srcIp: wordsOf(aggregates, 'src_ip', 'IPv6'),
    destIp: wordsOf(aggregates, 'dest_ip', 'IPv6'),
    srcPort: valuesOf(aggregates, 'src_port', 'UInt16'),
    destPort: valuesOf(aggregates, 'dest_port', 'UInt16'),
    protocol: valuesOf(aggregates, 'protocol', 'UInt8'),
  };
  const [from, until] = [wordsOf(aggregates, 'from_ms', 'Int64'), wordsOf(aggregates, 'until_ms', 'Int64')];
  const direction = valuesOf(aggregates, 'direction', 'UInt8');
  const denied = valuesOf(aggregates, 'denied', 'UInt8');
  const started = valuesOf(aggregates, 'flows', 'UInt32');
  const [packetsOut, bytesOut, packetsIn, bytesIn] = (
    ['packets_out', 'bytes_out', 'packets_in', 'bytes_in'] as const
  ).map((name) => valuesOf(aggregates, name, 'UInt64')) as [Counter, Counter, Counter, Counter];
  const ruleAt = textsOf(aggregates, 'rule');
  const rows = flowRows(aggregates.rows);
  const flows = new Uint32Array(aggregates.rows);
  for (let row = 0; row < aggregates.rows; row++) {
    const [begin, last] = [signedAt(from, row), signedAt(until, row)];
    const tick = tickOf(at.shard[row] as number, last);
    if (tick < 0) continue;
    const outbound = direction[row] === DIRECTIONS.O;
    const judgement = attributeAggregate(
      {
        srcIp: textOf(srcBytes, at.srcIp, row),
        destPort: at.destPort[row] as number,
        begin: begin as Instant,
        last: last as Instant,
        outbound,
      },
      world,
    );
    // Connections that only went on began none: at least one there was.
    const count = Math.max(1, started[row] as number);
    const flow = {
      begin,
      last,
      begun: (started[row] as number) > 0,
      ended: true,
      denied: denied[row] === 1,
      packetsOut: packetsOut[row] as bigint,
      bytesOut: bytesOut[row] as bigint,
      packetsIn: packetsIn[row] as bigint,
      bytesIn: bytesIn[row] as bigint,
    };
    flows[rows.rows()] = count;
    rows.push(at, row, flow, ruleAt(row), outbound, OBSERVED_BY['traffic-analytics'], judgement, tick);
    totals.add(at, row, flow, last, tick, judgement, count);
  }
  const { rows: count, columns } = rows.table();
  return { rows: count, columns: { ...columns, flows: { type: 'UInt32', values: flows } } };
};

type Counter = BigUint64Array;
