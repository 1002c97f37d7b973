import type { PurgeStep } from '../../core/purge.ts';
import { COUNTED } from '../attribution/flow-totals.ts';
import { SETTLED } from '../settle.ts';
import { sql } from '../sql.ts';

/* What a purge does to each table, in its order. All of it asks `purge_name`, so it can be done again. */

export interface Step extends Omit<PurgeStep, 'rows'> {
  /** Which rows. */
  readonly where: string;
  /** What becomes of columns; of what is deleted nothing. */
  readonly sets: Readonly<Record<string, string>>;
  /**
   * A column that the table is sorted by changes: rows are written anew, and then the old ones go. This finds those that were written by a purge that was
   * killed between the two; empty: the table takes the same row twice for one. null: nothing of the kind.
   */
  readonly anew: string | null;
}

const filled = (name: string, text: string, what = ''): string =>
  sql(`purge/${name}`).replaceAll('{text}', text).replaceAll('{what}', what);

const mentions = (columns: readonly string[]): string =>
  columns.map((column) => filled('mentions', `toString(${column})`)).join(' OR ');

const renamed = (what: 'uid' | 'namespace' | 'pod' | 'workload' | 'sender', text: string): string =>
  filled('renamed', text, what);

const within = (from: string, until = from): string => `${until} >= {from_ms:Int64} AND ${from} < {until_ms:Int64}`;

const deleted = (table: string, where: string): Step => ({ table, action: 'deleted', where, sets: {}, anew: null });

/** `own`: rows of what is purged itself, which go. */
const reworded = (table: string, columns: readonly string[], own: string, when: string, anew: string | null): Step => ({
  table,
  action: 'reworded',
  where: `(${mentions(columns)}) AND NOT ${own} AND ${when}`,
  sets: Object.fromEntries(columns.map((column) => [column, filled('reworded', `toString(${column})`)])),
  anew,
});

const names = (column: 'name' | 'token', what: string): string =>
  `(SELECT groupArray(${column}) FROM purge_name WHERE what = 'renamed ${what}')`;
const isOne = (column: string, of = names('name', 'uid')): string =>
  `cluster IN (SELECT cluster FROM purge_name) AND has(${of}, toString(${column}))`;
const hasOne = (column: string, of = names('name', 'uid')): string =>
  `cluster IN (SELECT cluster FROM purge_name) AND arrayExists(one -> has(${of}, toString(one)), ${column})`;

const OF_POD = sql('purge/of-pod');
const OF_EVENT = sql('purge/of-event');
const SIGHTED = `${OF_POD} AND ${within('begin_ms', 'until_ms')}`;
const of = (identity: string): string =>
  `(cluster, ${identity}) IN (SELECT cluster, identity FROM sighting WHERE ${SIGHTED})`;

const uidsOf = (column: string): string => `arrayMap(one -> ${renamed('uid', 'toString(one)')}, ${column})`;

/** Names stand under what they are in, as one may be of several. */
const orSame = (what: 'pod' | 'workload', key: string, column: string): string =>
  `if(${renamed(what, key)} = ${key}, ${column}, ${renamed(what, key)})`;
const podOf = (column: string): string => orSame('pod', `concat(toString(namespace), '/', ${column})`, column);
const WORKLOAD = orSame(
  'workload',
  "concat(toString(namespace), '/', toString(workload_kind), '/', workload_name)",
  'workload_name',
);
const NAMESPACE = renamed('namespace', 'toString(namespace)');

export const STEPS: readonly Step[] = [
  deleted('sighting_id', of('identity')),
  deleted('named_call', of('sighting')),
  deleted('sighting', SIGHTED),
  reworded(
    'sighting',
    ['service', 'dest_host', 'text', 'result', 'status'],
    OF_POD,
    within('begin_ms', 'until_ms'),
    null,
  ),
  deleted('log_line', `${OF_POD} AND ${within('at_ms')}`),
  reworded('log_line', ['message'], OF_POD, within('at_ms'), ''),
  deleted('kubernetes_event', `${OF_EVENT} AND ${within('first_ms', 'last_ms')}`),
  reworded('kubernetes_event', ['name', 'message', 'identity'], OF_EVENT, within('first_ms', 'last_ms'), ''),
  reworded('reject', ['text', 'why', 'place'], '0', '1', ''),
  deleted('name_address', mentions(['host'])),
  {
    table: 'pod_seen',
    action: 'renamed',
    where: isOne('uid'),
    sets: { uid: renamed('uid', 'uid'), namespace: NAMESPACE, name: podOf('name'), workload_name: WORKLOAD },
    anew: isOne('uid', names('token', 'uid')),
  },
  {
    table: 'pod_lease',
    action: 'renamed',
    where: isOne('pod_uid'),
    sets: { pod_uid: renamed('uid', 'pod_uid'), namespace: NAMESPACE, pod: podOf('pod'), workload_name: WORKLOAD },
    anew: null,
  },
  {
    table: 'flow',
    action: 'renamed',
    where: hasOne('pod_uids'),
    sets: { pod_uids: `arraySort(${uidsOf('pod_uids')})` },
    anew: null,
  },
  {
    table: 'settled_pod',
    action: 'renamed',
    where: isOne('pod_uid'),
    sets: { pod_uid: renamed('uid', 'pod_uid'), namespace: NAMESPACE, pod: podOf('pod'), workload_name: WORKLOAD },
    anew: '',
  },
  ...[...COUNTED, ...SETTLED].map(
    (table): Step => ({
      table,
      action: 'renamed',
      where: hasOne('pod_uids'),
      sets: { pod_uids: `arraySort(${uidsOf('pod_uids')})` },
      anew: hasOne('pod_uids', names('token', 'uid')),
    }),
  ),
  ...['posterior', 'sighted_flow'].map(
    (table): Step => ({
      table,
      action: 'renamed',
      where: hasOne('pod_uids'),
      sets: { pod_uids: uidsOf('pod_uids') },
      anew: null,
    }),
  ),
  {
    table: 'verdict_change',
    action: 'renamed',
    where: `(${isOne('uid_before')}) OR (${isOne('uid_after')})`,
    sets: {
      uid_before: renamed('uid', 'toString(uid_before)'),
      uid_after: renamed('uid', 'toString(uid_after)'),
    },
    anew: null,
  },
  {
    table: 'rate',
    action: 'renamed',
    where: isOne('sender', names('name', 'sender')),
    sets: { sender: renamed('sender', 'toString(sender)') },
    anew: isOne('sender', names('token', 'sender')),
  },
  ...['inventory_current', 'inventory_applied'].map(
    (table): Step => ({
      table,
      action: 'renamed',
      where: `cluster IN (SELECT cluster FROM purge_name) AND arrayExists(one -> position(beside, one) > 0, ${names('name', 'uid')})`,
      sets: {
        beside:
          "arrayFold((text, one) -> replaceAll(text, one.1, one.2), (SELECT groupArray((name, token)) FROM purge_name WHERE what = 'renamed uid'), beside)",
      },
      anew: null,
    }),
  ),
];
