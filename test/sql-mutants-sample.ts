/** Slips that `npm test` tries each time: query, change. Each must be noticed; `npm run mutants` tries all there are. */
export const SAMPLE: readonly (readonly [query: string, change: string])[] = [
  ['attribution/1-recorded', 'max(state = 2) AS has_end, | = → !='],
  ['attribution/1-recorded', '(m, at0, end0) -> if(m.2 AND m.3 AND m.1 - at0 <= idle AND NOT end0, | NOT →'],
  ['attribution/1-recorded', '(s, at0, end0) -> s.2 OR end0 OR s.1 - at0 > idle, | OR → AND #1'],
  ['attribution/1-recorded', 'run[-1].1 AS last_ms, | [-1] → [1]'],
  ['attribution/2-translation', 'max(kind = 0) AS opens, | max( → min('],
  ['attribution/2-translation', 'orig_src_ip != reply_dest_ip | != → ='],
  ['attribution/2-translation', 'max(kind = 2 AND forced = 1) AS force, | AND → OR'],
  ['attribution/3-judged', 'AND (notEmpty(senders) OR origin_ip != src_ip) | OR → AND'],
  ['attribution/3-judged', 'AND NOT hasAny(senders, receivers) | NOT →'],
  ['attribution/3-judged', 'WHERE f.last_ms >= t.lo_ms AND f.begin_ms <= t.hi_ms | AND → OR'],
  [
    'attribution/4-named',
    'arrayFilter(t -> t.1 <= last + uncertainty AND begin - uncertainty <= t.4, all) AS may, | AND → OR',
  ],
  [
    'attribution/4-named',
    'arrayFilter(t -> t.2 <= last + uncertainty AND begin - uncertainty <= t.3, all) AS certain | + → -',
  ],
  ['attribution/4-named', 't -> NOT (opened AND | AND → OR'],
  ['attribution/4-named', 'arrayFilter(l -> l.2 <= first AND first < l.3, possible) AS certain, | AND → OR'],
  ['attribution/4-named', "holder != '' AND (protocol = tcp OR length(heirs) = 1), 'pod', | OR → AND"],
  ['attribution/5-verdict', "is_pod AND is_held, ('exact', '', 'lease'), | AND → OR"],
  ['attribution/5-verdict', "kinds = ['pod'] AND length(named_uids) = 1, ('exact', '', 'translation'), | = → != #1"],
  ['attribution/5-verdict', 'held = 1 OR (held = 0 AND length(possible) = 1 AND complete) AS is_held, | AND → OR #1'],
];
