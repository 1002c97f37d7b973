const [RECORDED, TRANSLATION] = ['attribution/tangled/1-recorded', 'attribution/tangled/2-translation'];
const WIDER = 'it reads more than the chunk needs: dearer, and no verdict differs';
const BLIND = 'the core says nothing of it, so the law cannot';
const FIVE_DAYS = 'no world is five days long';

/** Changes that the law does not notice: query, change, reason. */
export const EQUIVALENT: readonly (readonly [query: string, change: string, reason: string])[] = [
  [RECORDED, 'min(rule) AS moment_rule | min( → max(', BLIND],
  [RECORDED, 'run[1].5 AS rule | [1] → [-1]', BLIND],
  [
    RECORDED,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms < {until_ms:Int64} + idle | < → <=',
    WIDER,
  ],
  [
    RECORDED,
    'AND (at_ms >= {from_ms:Int64} - idle OR tuple IN | >= → >',
    'the other half of the condition brings that record',
  ],
  [RECORDED, 'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} | AND → OR', WIDER],
  [RECORDED, 'AND at_ms >= {from_ms:Int64} - idle AND at_ms < {from_ms:Int64} | < → <=', WIDER],
  [RECORDED, 'AND at_ms >= {from_ms:Int64} - idle AND at_ms < {from_ms:Int64} | AND → OR #1', WIDER],
  [RECORDED, 'AND at_ms >= {from_ms:Int64} - idle AND at_ms < {from_ms:Int64} | AND → OR #2', WIDER],
  ...[1, 2, 3, 4].map(
    (nth) =>
      [
        TRANSLATION,
        `(max(packets_orig), max(bytes_orig), max(packets_reply), max(bytes_reply)) AS counters | max( → min( #${nth}`,
        BLIND,
      ] as const,
  ),
  [
    TRANSLATION,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | < → <=',
    FIVE_DAYS,
  ],
  [
    TRANSLATION,
    'AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND at_ms < {until_ms:Int64} + {lookback_ms:Int64} | >= → >',
    FIVE_DAYS,
  ],
  [
    TRANSLATION,
    'WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} | AND → OR (line 2 of these words)',
    WIDER,
  ],
  [TRANSLATION, 'AND at_ms >= {from_ms:Int64} - {apart_ms:Int64} | AND → OR', WIDER],
  [TRANSLATION, 'AND (at_ms < {until_ms:Int64} + {apart_ms:Int64} | < → <=', WIDER],
  [TRANSLATION, 'AND (at_ms < {until_ms:Int64} + {apart_ms:Int64} | AND → OR', WIDER],
  [
    TRANSLATION,
    'OR (started_ms >= {from_ms:Int64} - {apart_ms:Int64} AND started_ms < {until_ms:Int64} + {apart_ms:Int64})) | < → <=',
    WIDER,
  ],
  [
    TRANSLATION,
    'OR (started_ms >= {from_ms:Int64} - {apart_ms:Int64} AND started_ms < {until_ms:Int64} + {apart_ms:Int64})) | AND → OR',
    WIDER,
  ],
  [TRANSLATION, 'run[1].3 AS origin_ip, | [1] → [-1]', 'all lines of one entry have one origin'],
  [TRANSLATION, 'run[1].4 AS origin_port, | [1] → [-1]', 'all lines of one entry have one origin'],
];
