import { blankOf } from './blank.ts';
import { factsOf, type Flow, type Known, type Origin, type Reading } from './known.ts';
import type { Expr, Place, Step } from './query.ts';
import type { Tables } from './tables.ts';
import type { TrapReport } from './trap-report.ts';

type Join = Extract<Step, { readonly kind: 'join' | 'lookup' }>;

/** What a join compares. */
export interface JoinKey {
  readonly at: Place;
  readonly left: { readonly name: string; readonly known: Known | undefined };
  readonly right: { readonly name: string; readonly known: Known | undefined };
}

export const keysOf = (on: readonly Expr[], left: Flow, right: Flow): readonly JoinKey[] =>
  on.flatMap((each): readonly JoinKey[] => {
    const pair = namesIn(each);
    if (pair === null) return [];
    const [l, r] = pair;
    return [
      {
        at: each.at,
        left: { name: l, known: left.rows.get(l) },
        right: { name: r, known: right.rows.get(r) },
      },
    ];
  });

const namesIn = (on: Expr): readonly [string, string] | null => {
  if (on.kind === 'column') return [on.name, on.name];
  if (on.kind !== 'operator' || on.left.kind !== 'column' || on.right.kind !== 'column') return null;
  return on.left.side === 'right' ? [on.right.name, on.left.name] : [on.left.name, on.right.name];
};

/** What is known of a join only when the whole query was read: conditions may follow it. */
export interface JoinToJudge {
  readonly at: Place;
  readonly keys: readonly JoinKey[];
  readonly left: readonly Reading[];
  readonly right: readonly Reading[];
}

/** What a join shows by itself. */
export const joinTraps = (step: Join, keys: readonly JoinKey[], left: Flow, report: TrapReport): void => {
  for (const { at, left: l, right: r } of keys)
    if (l.known?.blank && r.known?.blank && l.known.type === 'string')
      report.add('KQL101', at, `${l.known.blank}, and ${r.known.blank}: "" is joined with ""`);
  const names = new Set(keys.map((key) => key.left.name));
  // One row for each key is left alone by innerunique.
  const isUnique = left.unique !== null && [...left.unique].every((name) => names.has(name));
  if (step.kind === 'join' && !step.saysFlavour && !isUnique)
    report.add(
      'KQL117',
      step.at,
      'the join is innerunique, which takes any one row on the left for each key: write kind=inner',
    );
};

/** `x == y` of two texts that can both be "" is a join in all but name. */
export const blankEquality = (
  left: Expr,
  right: Expr,
  flow: Flow,
  lets: ReadonlyMap<string, string | null>,
): string | null => {
  if (left.type !== 'string' || right.type !== 'string' || right.kind === 'literal' || left.kind === 'literal')
    return null;
  const [l, r] = [blankOf(left, flow.rows, lets), blankOf(right, flow.rows, lets)];
  return l === null || r === null ? null : `${l}, and ${r}: "" equals ""`;
};

/** `times`: pairs of tables whose times are compared somewhere, `A B` and `B A`. */
export const judgeJoin = (
  { at, keys, left, right }: JoinToJudge,
  times: ReadonlySet<string>,
  tables: Tables,
  report: TrapReport,
): void => {
  const origins = keys.flatMap((key) => [...(key.left.known?.origins ?? []), ...(key.right.known?.origins ?? [])]);
  // What is given to one thing and never again says by itself which cluster and when.
  if (origins.some((origin) => isForEver(origin, tables))) return;
  const keyColumns = new Set(origins.map(({ column }) => column));
  const all = [...left, ...right];
  const open = all.filter(({ facts, isOfOneCluster }) => facts.cluster !== undefined && !isOfOneCluster);
  const isByCluster = open.some(({ facts }) => facts.cluster?.some((column) => keyColumns.has(column)));
  const columns = [...new Set(open.flatMap(({ facts }) => facts.cluster ?? []))].join(' or ');
  if (open.length > 0 && !isByCluster) {
    const byAddress = origins.some((origin) => factsOf(tables, origin)?.isAddress === true);
    const whose = [...new Set(open.map(({ table }) => table))].join(' and ');
    if (byAddress) report.add('KQL111', at, `${whose}: no condition on ${columns}, and clusters may share addresses`);
    else if (origins.some(({ table }) => open.some((reading) => reading.table === table)))
      report.add('KQL118', at, `${whose}: no condition on ${columns}, and clusters share names`);
  }
  if (keys.some((key) => key.left.known?.type === 'datetime')) return;
  if (origins.some((origin) => factsOf(tables, origin)?.isOwnName === true)) return;
  const snapshot = all.find(({ facts }) => facts.snapshot === true);
  const event = all.find(({ facts }) => facts.snapshot !== true);
  const sides = [left, right].map((side) => side.some(({ facts }) => facts.snapshot === true));
  if (snapshot === undefined || event === undefined || sides[0] === sides[1]) return;
  if (!times.has(`${snapshot.table} ${event.table}`))
    report.add('KQL112', at, `nothing compares a time of ${event.table} with one of ${snapshot.table}`);
};

const isForEver = (origin: Origin, tables: Tables): boolean => factsOf(tables, origin)?.isForEver === true;
