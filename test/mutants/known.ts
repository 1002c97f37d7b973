const PLAIN = 'src/store/attribution/plain.ts';
const TUPLES = 'src/store/attribution/attribute-tuples.ts';
const CORE = 'src/core/attribution';
const SAME = 'where the two are equal either is the answer';
const DEARER = 'more goes to the core than must: dearer, and no verdict differs';
const SQL = 'src/store/sql/attribution';
const WIDER = 'it reads more than the chunk needs: dearer, and no verdict differs';
const WIDE = 'it says whether to leave out lines that nobody asks for: dearer or not, and no verdict differs';
const BLANK = 'whoever takes a sum fills it in';
const OPENED = 'an entry that was seen to open was busy then, whatever was before its last line';
const WHOLE = 'the lines state whole seconds';

/** Slips that cannot matter: file, change (`*`: any that nothing notices), reason. */
export const EQUIVALENT: readonly (readonly [file: string, change: string, reason: string])[] = [
  [
    `${CORE}/attribute.ts`,
    '(lease.mayFrom === latest.mayFrom && lease.nodeUid < latest.nodeUid); | < → <=',
    'one node has one address once from one moment',
  ],
  [
    `${CORE}/flow.ts`,
    'rule: together.reduce((least, { rule }) => (rule < least ? rule : least), (together[0] as FlowRecord).rule), | < → <=',
    SAME,
  ],
  [
    `${CORE}/translation.ts`,
    'const most = (of: keyof Counters): bigint => told.reduce((max, line) => (line[of] > max ? line[of] : max), 0n); | > → >=',
    SAME,
  ],
  [
    `${CORE}/translation.ts`,
    'const known = stated.map(({ timeoutMs }) => timeoutMs).filter((ms) => ms > 0); | 0 → 1',
    WHOLE,
  ],
  [`${CORE}/translation.ts`, 'const stated = started > 0 && !first.opens; | 0 → 1', WHOLE],
  [
    `${CORE}/translation.ts`,
    'activeUntil: Math.max(mayUntil - idleMs, run.at(-2)?.at ?? (first.opens ? first.at : 0)) as Instant, | 0 → 1',
    'no timeout reaches back to 1970',
  ],
  [
    `${CORE}/clock.ts`,
    'sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number; | - → +',
    'a share below one of the length is never the length',
  ],
  [`${CORE}/world.ts`, 'if (before === undefined || node < before) nodeOfPod.set(podUid, node); | < → <=', SAME],
  [PLAIN, 'export const noSums = <Sum>(): Sums<Sum> => ({ all: [], count: 0 }); | 0 → 1', BLANK],
  [PLAIN, 'row: 0, | 0 → 1', BLANK],
  [PLAIN, 'begin: 0, | 0 → 1', BLANK],
  [PLAIN, 'last: 0, | 0 → 1', BLANK],
  [PLAIN, 'begun: false, | false → true', BLANK],
  [PLAIN, 'ended: false, | false → true', BLANK],
  [PLAIN, 'denied: false, | false → true', BLANK],
  [PLAIN, 'packetsOut: 0, | 0 → 1', BLANK],
  [PLAIN, 'bytesOut: 0, | 0 → 1', BLANK],
  [PLAIN, 'packetsIn: 0, | 0 → 1', BLANK],
  [PLAIN, 'bytesIn: 0, | 0 → 1', BLANK],
  [PLAIN, 'rule: 0, | 0 → 1', BLANK],
  [
    PLAIN,
    'const first = begunAgo > 0 ? last - begunAgo : last; | > → >=',
    "a begin in the millisecond of its row is at the row's own time",
  ],
  [PLAIN, 'row: 0, | 0 → 1 (line 2 of these words)', BLANK],
  [PLAIN, 'opened: false, | false → true', BLANK],
  [PLAIN, 'closed: false, | false → true', BLANK],
  [PLAIN, 'forced: false, | false → true', BLANK],
  [PLAIN, 'first: 0, | 0 → 1', BLANK],
  [PLAIN, 'last: 0, | 0 → 1 (line 2 of these words)', BLANK],
  [PLAIN, 'started: 0, | 0 → 1', BLANK],
  [PLAIN, 'timeoutMs: 0, | 0 → 1', BLANK],
  [
    PLAIN,
    'const first = openedAgo > 0 ? last - openedAgo : last; | > → >=',
    "a NEW in the millisecond of its row is at the row's own time",
  ],
  [PLAIN, 'sum.before = openedAgo > 0 ? first : Number.NaN; | > → >=', OPENED],
  [PLAIN, 'sum.before = openedAgo > 0 ? first : Number.NaN; | 0 → 1', OPENED],
  [
    PLAIN,
    'if (openedAgo < 0 || sum.opened || first > sum.first || sums.count > 1) return false; | 1 → 2',
    'a second entry is always one that was seen to open',
  ],
  [PLAIN, 'if (Number.isNaN(sum.before) && first < sum.last) sum.before = first; | < → <=', OPENED],
  [
    PLAIN,
    'const states = openedAgo >= 0 || kind[row] === CONNTRACK_KINDS.NEW || kind[row] === CONNTRACK_KINDS.UPDATE; | >= → >',
    'an entry of a millisecond was never idle',
  ],
  [
    PLAIN,
    'const states = openedAgo >= 0 || kind[row] === CONNTRACK_KINDS.NEW || kind[row] === CONNTRACK_KINDS.UPDATE; | 0 → 1',
    'an entry of a millisecond was never idle',
  ],
  [PLAIN, 'if (stated > 0 && (sum.timeoutMs === 0 || stated < sum.timeoutMs)) sum.timeoutMs = stated; | < → <=', SAME],
  [
    PLAIN,
    'if (stated > 0 && (sum.timeoutMs === 0 || stated < sum.timeoutMs)) sum.timeoutMs = stated; | 0 → 1 #1',
    WHOLE,
  ],
  [
    PLAIN,
    'const active = Number.isNaN(before) ? (opened ? first : 0) : before; | 0 → 1',
    'no timeout reaches back to 1970',
  ],
  [
    PLAIN,
    'seenFrom: (started > 0 && !opened ? Math.min(first, started + STAMP_WIDTH) : first) as Instant, | 0 → 1',
    WHOLE,
  ],
  ...['< → <=', '0 → 1'].map(
    (change) =>
      [
        TUPLES,
        `if (asked.only !== null && firstRecord < 0 && !asked.only.has(hashes[firstLine] as bigint)) continue; | ${change}`,
        'the records that are read again are of the tuples that were asked for',
      ] as const,
  ),
  ...['< → <=', '0 → 1 #1', '0 → 1 #2'].map(
    (change) =>
      [
        TUPLES,
        `timeoutMs: newAgo < 0 ? timeoutMs : 0, | ${change}`,
        'what a DESTROY states counts for nothing',
      ] as const,
  ),
  [TUPLES, 'startedAt: 0, | 0 → 1', 'an entry that was seen to open began then'],
  [TUPLES, 'forced: false, | false → true', 'only a DESTROY is forced'],
  [TUPLES, 'if (firstRecord < 0) return false; | < → <=', DEARER],
  [TUPLES, 'if (firstRecord < 0) return false; | 0 → 1', DEARER],
  [TUPLES, 'if (!line.add(entries, row)) return false; | ! → ', DEARER],
  [
    TUPLES,
    'if (!isOfSome(translation, sent, clock) && !isOfSome(translation, received, clock)) return null; | && → ||',
    DEARER,
  ],
  [TUPLES, 'for (let tuple = 0; tuple < tuples.count; tuple++) { | < → <=', 'a tuple without rows has no flows'],
  [TUPLES, 'for (let i = 0; i < received.count && sent.count > 0; i++) { | > → >=', DEARER],
  [TUPLES, 'for (let k = 0; k < sent.count && !seen; k++) { | ! → ', DEARER],
  [TUPLES, 'for (let k = 0; k < sent.count && !seen; k++) { | 0 → 1', DEARER],
  [
    TUPLES,
    'seen = isNear(begin, received.all[i] as RecordSum) || isNear(last, received.all[i] as RecordSum); | || → &&',
    DEARER,
  ],
  [TUPLES, 'return true; | true → false (line 2 of these words)', DEARER],
  [
    TUPLES,
    'for (let i = 0; i < flows.count; i++) if (isOf(translation, flows.all[i] as RecordSum, clock)) return true; | true → false',
    DEARER,
  ],
  [
    TUPLES,
    'for (let i = 0; i < flows.count; i++) if (isOf(translation, flows.all[i] as RecordSum, clock)) return true; | 0 → 1',
    DEARER,
  ],
  [
    `${SQL}/near-records.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {until_ms:Int64} + {margin_ms:Int64} | < → <=',
    WIDER,
  ],
  [
    `${SQL}/near-records.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {until_ms:Int64} + {margin_ms:Int64} | at_ms → first_ms',
    WIDER,
  ],
  [
    `${SQL}/near-records.sql`,
    'AND (at_ms >= {from_ms:Int64} - {margin_ms:Int64} OR ({early:UInt8} = 1 AND tuple IN | AND → OR #2',
    WIDER,
  ],
  [`${SQL}/near-records.sql`, 'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} | AND → OR', WIDER],
  [
    `${SQL}/near-records.sql`,
    'AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64} | < → <=',
    WIDER,
  ],
  [
    `${SQL}/near-records.sql`,
    'AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64} | >= → >',
    'a flow that lives on has a record in the ten minutes before',
  ],
  [
    `${SQL}/near-records.sql`,
    'AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64} | AND → OR #1',
    WIDER,
  ],
  [
    `${SQL}/near-records.sql`,
    'AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64} | AND → OR #2',
    WIDER,
  ],
  [
    `${SQL}/near-records.sql`,
    'AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64} | first_ms → at_ms',
    'a B that rides on a record begins a flow: none that is older goes on',
  ],
  [
    `${SQL}/near-records.sql`,
    'AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64} | at_ms → first_ms',
    'a flow that lives on has a record in the ten minutes before',
  ],
  [
    `${SQL}/near-records.sql`,
    'AND at_ms >= {from_ms:Int64} - {margin_ms:Int64} AND first_ms < {from_ms:Int64} | {from_ms → {until_ms #2',
    WIDER,
  ],
  [
    `${SQL}/lines.sql`,
    'AND at_ms < intDiv({until_ms:Int64} + 3599999, 3600000) * 3600000 + {lookback_ms:Int64} | < → <=',
    'of what is five days away nothing is promised',
  ],
  [
    `${SQL}/lines.sql`,
    'AND at_ms < intDiv({until_ms:Int64} + 3599999, 3600000) * 3600000 + {lookback_ms:Int64} | at_ms → first_ms',
    'of what is five days away nothing is promised',
  ],
  [
    `${SQL}/lines.sql`,
    'AND ({wide:UInt8} = 0 OR tuple IN (SELECT tuple FROM {include attribution/near-records}) OR tuple IN | = → !=',
    'with it or without, the tuples in question are read',
  ],
  [
    `${SQL}/lines.sql`,
    'AND ({wide:UInt8} = 0 OR tuple IN (SELECT tuple FROM {include attribution/near-records}) OR tuple IN | 0 → 1',
    'with it or without, the tuples in question are read',
  ],
  [
    `${SQL}/lines.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} | AND → OR (line 2 of these words)',
    WIDER,
  ],
  [`${SQL}/lines.sql`, 'AND at_ms >= {from_ms:Int64} - {apart_ms:Int64} | AND → OR', WIDER],
  [
    `${SQL}/lines.sql`,
    'AND at_ms >= {from_ms:Int64} - {apart_ms:Int64} | at_ms → first_ms',
    'an entry without a record counts in the hour in which it began',
  ],
  [`${SQL}/lines.sql`, 'AND (first_ms < {until_ms:Int64} + {apart_ms:Int64} | < → <=', WIDER],
  [`${SQL}/lines.sql`, 'AND (first_ms < {until_ms:Int64} + {apart_ms:Int64} | AND → OR', WIDER],
  [
    `${SQL}/lines.sql`,
    'OR (made_ms >= {from_ms:Int64} - {apart_ms:Int64} AND made_ms < {until_ms:Int64} + {apart_ms:Int64})) | < → <=',
    WIDER,
  ],
  [
    `${SQL}/lines.sql`,
    'OR (made_ms >= {from_ms:Int64} - {apart_ms:Int64} AND made_ms < {until_ms:Int64} + {apart_ms:Int64})) | AND → OR',
    WIDER,
  ],
  [`${SQL}/far.sql`, 'SELECT 1 FROM flow_record | 1 → 0', 'any row says that there is one'],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {from_ms:Int64} - {margin_ms:Int64} | < → <=',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {from_ms:Int64} - {margin_ms:Int64} | AND → OR #1',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {from_ms:Int64} - {margin_ms:Int64} | AND → OR #2',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {from_ms:Int64} - {margin_ms:Int64} | - → +',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {from_ms:Int64} - {margin_ms:Int64} | at_ms → first_ms',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {from_ms:Int64} - {margin_ms:Int64} | {from_ms → {until_ms',
    WIDER,
  ],
  [`${SQL}/far.sql`, 'SELECT 1 FROM flow_record | 1 → 0 (line 2 of these words)', 'any row says that there is one'],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {until_ms:Int64} + {margin_ms:Int64} | AND → OR #1',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {until_ms:Int64} + {margin_ms:Int64} | AND → OR #2',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {until_ms:Int64} + {margin_ms:Int64} | + → -',
    WIDER,
  ],
  [
    `${SQL}/far.sql`,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {until_ms:Int64} + {margin_ms:Int64} | {until_ms → {from_ms',
    WIDER,
  ],
  [`${SQL}/far.sql`, 'SELECT 1 FROM conntrack_event | 1 → 0', 'any row says that there is one'],
  [`${SQL}/far.sql`, 'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} | = → !=', WIDE],
  [`${SQL}/far.sql`, 'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} | AND → OR', WIDE],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | < → <=',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | >= → >',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | AND → OR #1',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | AND → OR #2',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | + → -',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | - → +',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | at_ms → first_ms #1',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | at_ms → first_ms #2',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | {from_ms → {until_ms',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | {until_ms → {from_ms',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | < → <=',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | >= → >',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | AND → OR',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | OR → AND',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | + → -',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | - → +',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | at_ms → first_ms #1',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | at_ms → first_ms #2',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | {from_ms → {until_ms',
    WIDE,
  ],
  [
    `${SQL}/far.sql`,
    'AND (at_ms < {from_ms:Int64} - {apart_ms:Int64} OR at_ms >= {until_ms:Int64} + {apart_ms:Int64}) | {until_ms → {from_ms',
    WIDE,
  ],
  [`${SQL}/far.sql`, 'LIMIT 1 | 1 → 0 (line 3 of these words)', WIDE],
  [
    'src/store/attribution/flow-rows.ts',
    'const bytes = (): Uint8Array => new Uint8Array(shared(1)); | 1 → 2',
    'more room than is needed',
  ],
  ['src/store/attribution/flow-rows.ts', 'const said = new Int8Array(shared(1)); | 1 → 2', 'more room than is needed'],
  [
    'src/store/attribution/flow-rows.ts',
    'for (let word = 0; word < 4; word++) { | < → <=',
    'the next row writes over it',
  ],
  [
    'src/store/attribution/key-numbers.ts',
    'let mask = numbers.length - 1; | 1 → 2',
    'half of the places are used: slower, and each key has its own number all the same',
  ],
  [
    'src/store/attribution/key-numbers.ts',
    'mask = numbers.length - 1; | 1 → 2',
    'half of the places are used: slower, and each key has its own number all the same',
  ],
  [
    'src/store/attribution/key-numbers.ts',
    'for (let slot = hashOf(words, at, width); ; slot++) { | ++ → --',
    'the other way round the table: every slot is met all the same',
  ],
  [
    'src/store/attribution/key-numbers.ts',
    'for (let i = 0; i < width; i++) keys[count * width + i] = words[at + i] as number; | < → <=',
    'the next key writes over it',
  ],
  ['src/store/attribution/flow-rows.ts', 'let lastPlace = 0; | 0 → 1', 'the first word sets it'],
  [
    'src/store/attribution/verdicts.ts',
    'if (rows.rows() < TOGETHER) return; | < → <=',
    'one row more is written at a time',
  ],
  [
    'src/store/attribution/windows.ts',
    'until_ms: windows.reduce((most, window) => Math.max(most, untilOf(window)), 0), | 0 → 1',
    'no window ends in 1970',
  ],
  [
    'src/store/attribution/verdicts.ts',
    'if (rows.rows() > 0) full.push(rows.table()); | > → >=',
    'an empty table adds no rows',
  ],
  [
    'src/store/attribution/windows.ts',
    'const last = hours.reduce((most, hour) => Math.max(most, hour), 0); | 0 → 1',
    'no window is in the first hour of 1970',
  ],
  ...['- → +', '1 → 2'].map(
    (slip) =>
      [
        'src/store/attribution/windows.ts',
        `const whole = new Uint8Array((last - first + 1) * SHARDS); | ${slip}`,
        'more room than is needed, nothing else',
      ] as const,
  ),
  [
    'src/store/attribution/windows.ts',
    'const ticks = byTick.get(place) ?? new Uint8Array(TICKS + 1); | 1 → 2',
    'more room than is needed, nothing else',
  ],
  ...[
    'AND r.at_ms >= (SELECT * FROM earliest) - {slack_ms:Int64} AND first_ms < {until_ms:Int64} + {slack_ms:Int64}',
    'AND c.at_ms >= (SELECT * FROM earliest) - {apart_ms:Int64} AND first_ms < {until_ms:Int64} + {apart_ms:Int64}',
    'AND s.until_ms >= (SELECT * FROM earliest) - {slack_ms:Int64} AND s.from_ms < {until_ms:Int64} + {slack_ms:Int64}',
  ].map(
    (line) =>
      [
        `${SQL}/aggregates.sql`,
        `${line} | < → <=`,
        'what begins then is after all of the chunk, which ends with an hour',
      ] as const,
  ),
  [
    `${SQL}/aggregates.sql`,
    'GROUP BY reply_dest_ip, reply_src_ip, reply_src_port, protocol, intDiv(c.at_ms, 60000) | at_ms → first_ms',
    'clocks may be further apart than a minute: what is put together overlaps, and covers the same time either way',
  ],
  [`${SQL}/summed.sql`, 'SELECT 1 FROM flow_aggregate | 1 → 0', 'rows are counted, whatever is in them'],
  [`${SQL}/chunk-size.sql`, '*', 'how the work is cut shows in no verdict'],
];
