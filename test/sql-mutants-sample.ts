/** Slips that `npm test` tries each time: query, change. Each must be noticed; `npm run mutants` tries all there are. */
export const SAMPLE: readonly (readonly [query: string, change: string])[] = [
  ['attribution/sessions', 'WHERE tuple NOT IN (SELECT tuple FROM {repeated:Identifier}) | NOT →'],
  ['attribution/plain/6-entry', 'one AND no_heir AND kind != of_pods AS plain, | AND → OR #2'],
  ['attribution/plain/8-tangled', 'SELECT tuple FROM {entry:Identifier} WHERE NOT plain | NOT →'],
  ['attribution/plain-verdicts', 'is_pod AND is_held, exact_by_lease, | AND → OR'],
  ['attribution/plain-verdicts', 'kind = of_pod, exact_by_translation, | = → !='],
  ['attribution/tangled/1-recorded', '(s, at0, end0) -> s.2 OR end0 OR s.1 - at0 > idle, | OR → AND #1'],
  ['attribution/tangled/2-translation', 'max(kind = 2 AND forced = 1) AS force, | AND → OR'],
  ['attribution/tangled/3-judged', 'AND (notEmpty(senders) OR origin_ip != src_ip) | OR → AND'],
  ['attribution/tangled/4-named', 't -> NOT (opened AND | AND → OR'],
  ['attribution/tangled/5-write', "kinds = ['pod'] AND length(named_uids) = 1, exact_by_translation, | = → != #1"],
];
