import { createHash } from 'node:crypto';
import type { PurgeAsked } from '../../core/purge.ts';
import type { Engine } from '../engine.ts';
import { loadRows } from '../load-rows.ts';
import { sql } from '../sql.ts';

/* What is to be purged, as rows of `purge_name`: all that a purge which was killed needs to be brought to its end. */

interface Pod {
  readonly uid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly kind: string;
  readonly workload: string;
  readonly is_within: number;
  readonly is_known: number;
}

interface Row {
  readonly what: string;
  readonly name: string;
  readonly token?: string;
}

export interface Plan {
  /** Those that lose their names. */
  readonly pods: number;
  /** All that could tell them, for the look at what is left. */
  readonly words: readonly string[];
}

/** What is left behind in the place of a name. No name of Kubernetes begins so by chance: the rest of it is random. */
const STAND_IN = 'purged-';

/** A uid gets the same each time, so that a pod that is read again is known for one that was purged. Whoever has none of the uids learns none. */
export const uidToken = (salt: string, uid: string): string =>
  `${STAND_IN}${createHash('sha256').update(`${salt}\n${uid}`).digest('hex').slice(0, 24)}`;

/** Takes down what is meant; nothing is changed yet. `random`: letters and digits, others each time. */
export const planPurge = async (engine: Engine, asked: PurgeAsked, random: () => string): Promise<Plan> => {
  const { cluster, namespace, pod, from, until, everyMention } = asked;
  await forgetPlan(engine);
  const salt = await saltOf(engine, random);
  const pods = await engine.rows<Pod>(sql('purge/pods'), {
    cluster,
    namespace,
    pod: pod ?? '',
    from_ms: from,
    until_ms: until,
  });
  const gone = pods.filter(({ is_within, is_known, uid }) => is_within === 1 && is_known === 1 && uid !== '');
  const tokens = new Map<string, string>();
  const token = (of: string): string => {
    const known = tokens.get(of) ?? `${STAND_IN}${random().slice(0, 12)}`;
    tokens.set(of, known);
    return known;
  };
  const isWhole = pod === null;
  const spaceToken = isWhole ? token(namespace) : namespace;
  const told: Row[] = pods.filter(({ uid }) => uid !== '').map(({ uid }) => ({ what: 'uid', name: uid }));
  const stood: Row[] = gone.flatMap(({ uid, pod: name, kind, workload }) => {
    const key = `${namespace}/${kind}/${workload}`;
    // One of several pods of a workload does not take the workload with it, unless it is called the same.
    const workloadToken = isWhole || workload === name ? token(key) : workload;
    return [
      { what: 'renamed uid', name: uid, token: uidToken(salt, uid) },
      { what: 'renamed pod', name: `${namespace}/${name}`, token: token(`${namespace}/${name}`) },
      { what: 'renamed workload', name: key, token: workloadToken },
      { what: 'renamed sender', name: key, token: `${spaceToken}/${kind}/${workloadToken}` },
    ];
  });
  const named = (isWhole ? pods : gone).flatMap(({ pod: name, uid }) => [name, uid]).filter((name) => name !== '');
  const words = [...new Set([...named, ...(isWhole && everyMention ? [namespace] : [])])];
  const rows: Row[] = [
    ...told,
    ...(isWhole ? [{ what: 'namespace', name: namespace }] : [{ what: 'pod', name: `${namespace}/${pod}` }]),
    ...(isWhole && gone.length > 0 ? [{ what: 'renamed namespace', name: namespace, token: spaceToken }] : []),
    ...stood.filter(({ name, token: is }) => name !== is),
    ...words.map((name) => ({ what: 'word', name })),
    ...(isWhole ? [{ what: 'pattern', name: patternOf(namespace, pods) }] : []),
    { what: 'from', name: String(from) },
    { what: 'until', name: String(until) },
  ];
  await save(engine, cluster, distinct(rows));
  return { pods: new Set(gone.map(({ uid }) => uid)).size, words: isWhole ? [...words, namespace] : words };
};

const distinct = (rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [`${row.what}\n${row.name}`, row])).values(),
];

const save = (engine: Engine, cluster: string, rows: readonly Row[]): Promise<void> =>
  loadRows(
    engine,
    'INSERT INTO purge_name (cluster, what, name, token) SELECT {cluster:String}, what, name, token FROM {source}',
    { what: 'String', name: 'String', token: 'String' },
    rows.map(({ what, name, token = '' }) => ({ what, name, token })),
    { cluster },
  );

/** More names than this make a pattern too large. */
const MOST_NAMED = 500;

/**
 * A namespace is often a word of every day. Here it is one in front of one of its workloads or pods (`shop/cart`), in a name of the cluster's DNS
 * (`cart.shop.svc`), and where it is called one (`namespace=shop`).
 */
const patternOf = (namespace: string, pods: readonly Pod[]): string => {
  const names = [...new Set(pods.flatMap(({ workload, pod }) => [workload, pod]).filter((name) => name !== ''))];
  const within =
    names.length === 0 || names.length > MOST_NAMED ? '[a-z0-9]' : `(?:${names.map(quoted).sort().join('|')})`;
  const space = quoted(namespace);
  return [
    `(^|[^A-Za-z0-9-])${space}(/${within})`,
    `(\\.)${space}(\\.svc|\\.pod)`,
    `([Nn]amespace[^A-Za-z0-9]{1,4})${space}($|[^A-Za-z0-9-])`,
  ].join('|');
};

const quoted = (text: string): string => text.replaceAll(/[^A-Za-z0-9-]/g, String.raw`\$&`);

const saltOf = async (engine: Engine, random: () => string): Promise<string> => {
  const known = await saltKnown(engine);
  if (known !== null) return known;
  await engine.run('INSERT INTO purge_salt SELECT {salt:String}', { salt: `${random()}${random()}` });
  return (await saltKnown(engine)) ?? '';
};

/** null: nothing was ever purged here. */
export const saltKnown = async (engine: Engine): Promise<string | null> =>
  (await engine.rows<{ salt: string }>('SELECT salt FROM purge_salt ORDER BY salt LIMIT 1'))[0]?.salt ?? null;

/** From then on it is done, whatever happens. */
export const confirmPlan = async (engine: Engine, { cluster }: Pick<PurgeAsked, 'cluster'>): Promise<void> =>
  save(engine, cluster, [{ what: 'go', name: '' }]);

export const forgetPlan = (engine: Engine): Promise<void> => engine.run('TRUNCATE TABLE purge_name');

/** The plan that was confirmed and is not done: its cluster, and the time that is meant; null: there is none. */
export const planUnderWay = async (
  engine: Engine,
): Promise<{ readonly cluster: string; readonly from: number; readonly until: number } | null> => {
  const rows = await engine.rows<{ cluster: string; what: string; name: string }>(
    "SELECT cluster, what, name FROM purge_name WHERE what IN ('go', 'from', 'until')",
  );
  const go = rows.find(({ what }) => what === 'go');
  const at = (what: string): number => Number(rows.find((row) => row.what === what)?.name);
  return go === undefined ? null : { cluster: go.cluster, from: at('from'), until: at('until') };
};
