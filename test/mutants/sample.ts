/** Slips that `npm test` tries each time: file, change. Each must be noticed; `npm run mutants` tries all there are. */
export const SAMPLE: readonly (readonly [file: string, change: string])[] = [
  [
    'src/core/attribution/attribute.ts',
    'const near = own.filter((lease) => lease.mayFrom <= began && from < lease.mayUntil); | < → <=',
  ],
  ['src/core/attribution/tuple.ts', 'return last >= from + offsetMs && begin <= until + offsetMs; | >= → >'],
  [
    'src/core/attribution/translation.ts',
    'startedAt: Math.max(...lines.map((line) => line.startedAt)), | Math.max( → Math.min(',
  ],
  ['src/store/attribution/plain.ts', 'if (!opens || first <= sum.last) return false; | <= → <'],
  [
    'src/store/attribution/attribute-tuples.ts',
    "if (asked.mayBeRecordedElsewhere && flows.some((flow) => flow.observedBy === 'conntrack')) { | .some( → .every(",
  ],
  [
    'src/store/sql/attribution/near-records.sql',
    'AND (at_ms >= {from_ms:Int64} - {margin_ms:Int64} OR ({early:UInt8} = 1 AND tuple IN | >= → >',
  ],
  ['src/store/sql/attribution/lines.sql', 'AND at_ms >= {from_ms:Int64} - {apart_ms:Int64} | >= → >'],
  [
    'src/store/sql/attribution/far.sql',
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {until_ms:Int64} + {margin_ms:Int64} | >= → >',
  ],
];
