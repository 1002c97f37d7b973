import type { Instant } from '../base/instant.ts';
import { parseIp } from '../base/ip.ts';
import type { SeenBySnapshots } from '../core/attribution/by-snapshots.ts';
import type { PodNamed } from '../core/ports.ts';
import { workloadOf } from '../formats/kube/workload.ts';
import { listOf, parseValue, textOf } from '../formats/json/json-value.ts';
import { parseUtcTime } from '../formats/log-analytics/utc-time.ts';
import type { WorkspaceAnswer } from './kql-run.ts';

/** One row of an answer, by the names of its columns. */
export type AnsweredRow = (column: string) => unknown;

export const rowsOf = ({ columns, rows }: WorkspaceAnswer): readonly AnsweredRow[] => {
  const places = new Map(columns.map(({ name }, i) => [name, i]));
  return rows.map((row) => (column) => row[places.get(column) ?? -1] ?? null);
};

/** Whole numbers of 64 bits come as numbers or as text. What is none counts as 0. */
export const numberIn = (cell: unknown): number => {
  const number = Number(cell ?? 0);
  return Number.isFinite(number) ? number : 0;
};

/** null: it is none. */
export const timeIn = (cell: unknown): Instant | null => {
  const at = parseUtcTime(textOf(cell));
  return at.ok ? at.value : null;
};

/** Who could have sent what a row tells of. */
export interface CandidatesTold extends SeenBySnapshots {
  readonly source: string;
  readonly nodes: readonly string[];
  /** Those that were told one by one: of very many the first 1,000. */
  readonly named: readonly PodNamed[];
  readonly first: Instant;
  readonly last: Instant;
  readonly flows: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

/** null: the row has no time, or a pod in it is none. */
export const candidatesIn = (row: AnsweredRow, begin: string, end: string): CandidatesTold | null => {
  const [first, last] = [timeIn(row(begin)), timeIn(row(end))];
  const pods = textsIn(row('Pods')).filter((text) => text !== '');
  const named = pods.flatMap((text) => podIn(text) ?? []);
  if (first === null || last === null || named.length < pods.length) return null;
  return {
    source: textOf(row('Source')),
    nodes: textsIn(row('Nodes')),
    named: named.toSorted((a, b) => (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0)),
    pods: Math.max(numberIn(row('Candidates')), named.length),
    atNode: numberIn(row('AtNode')) > 0,
    isPodAddress: isTrue(row('IsPodAddress')),
    first,
    last,
    flows: numberIn(row('Flows')),
    bytesOut: numberIn(row('BytesOut')),
    bytesIn: numberIn(row('BytesIn')),
  };
};

/** As the queries of `kql/asked` write a pod: uid, namespace, name, address, node, kind and name of the controller, pod-template-hash. null: it is none. */
export const podIn = (text: string): PodNamed | null => {
  const parts = jsonIn(text);
  if (!Array.isArray(parts) || parts.length !== 8) return null;
  const [uid = '', namespace = '', name = '', address = '', node = '', kind = '', controller = '', hash = ''] =
    parts.map(textOf);
  if (uid === '') return null;
  const ip = parseIp(address);
  const owner = kind === '' || controller === '' ? null : { kind, name: controller };
  const labels: Readonly<Record<string, string>> = hash === '' ? {} : { 'pod-template-hash': hash };
  return {
    uid,
    namespace,
    name,
    ip: ip.ok ? ip.value : '',
    node,
    workload: workloadOf({ namespace, name, node, labels }, owner),
  };
};

const textsIn = (cell: unknown): readonly string[] =>
  listOf(typeof cell === 'string' ? jsonIn(cell) : cell).map(textOf);

const jsonIn = (text: string): unknown => {
  const read = parseValue(text);
  return read.ok ? read.value : null;
};

const isTrue = (cell: unknown): boolean => cell === true || cell === 1 || /^true$/i.test(textOf(cell));
