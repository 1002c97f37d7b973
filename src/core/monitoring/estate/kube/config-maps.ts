import type { DocumentReader } from '../../documents.ts';
import { embeddedIn } from '../../embedded.ts';
import type { SyntaxProblem } from '../../hcl/syntax.ts';
import type { Spot, Value } from '../../hcl/value.ts';
import type { AgentConfig, LogSource, MasqConfig } from '../kube.ts';
import { booleanAt, booleanAtOr, memberOf, plainText, textAt, textsAt } from '../members-of.ts';
import type { KubeObject } from './object.ts';

/** What reads the texts that a ConfigMap holds, and the text of the file that it stands in. */
export interface Embedding {
  readonly toml: DocumentReader;
  readonly yaml: DocumentReader;
  readonly textOf: (file: string) => string | null;
}

export interface ProblemAt extends SyntaxProblem {
  readonly file: string;
}

interface Read {
  readonly document: Value | null;
  readonly problems: readonly ProblemAt[];
}

const moved = (value: Value, to: (at: Spot['at']) => Spot['at']): Value => {
  const from = { file: value.from.file, at: to(value.from.at) };
  if (value.kind === 'list') return { ...value, from, items: value.items.map((item) => moved(item, to)) };
  if (value.kind === 'object')
    return { ...value, from, items: new Map([...value.items].map(([k, v]) => [k, moved(v, to)])) };
  return { ...value, from };
};

/** A text within a file, read, each of its values at its place in the file. */
const embedded = (value: Value | undefined, read: DocumentReader, textOf: Embedding['textOf']): Read => {
  const text = plainText(value);
  if (value === undefined || text === null) return { document: null, problems: [] };
  const { file, at } = value.from;
  const { documents, problems } = read(file, text);
  const outer = textOf(file);
  const to = outer === null ? () => at : embeddedIn(outer, at, text);
  const [document = null] = documents;
  return {
    document: document === null ? null : moved(document, to),
    problems: problems.map((p) => ({ ...p, file, at: to(p.at) })),
  };
};

/** https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-data-collection-configure */
export const AGENT_CONFIG = 'container-azm-ms-agentconfig';

const logSource = (settings: Value, name: string): LogSource => ({
  enabled: booleanAtOr(settings, true, name, 'enabled'),
  excludeNamespaces: textsAt(settings, name, 'exclude_namespaces'),
});

export const agentConfigOf = (
  { thing, of }: KubeObject,
  { toml, textOf }: Embedding,
): { readonly config: AgentConfig | null; readonly problems: readonly ProblemAt[] } => {
  const { document, problems } = embedded(memberOf(of, 'data', 'log-data-collection-settings'), toml, textOf);
  const settings = memberOf(document ?? of, 'log_collection_settings');
  if (document === null || settings === undefined) return { config: null, problems };
  return {
    problems,
    config: {
      ...thing,
      stdout: logSource(settings, 'stdout'),
      stderr: logSource(settings, 'stderr'),
      logSchema: textAt(settings, 'schema', 'containerlog_schema_version'),
      envVar: booleanAt(settings, 'env_var', 'enabled'),
      allKubeEvents: booleanAt(settings, 'collect_all_kube_events', 'enabled'),
      metadata: booleanAt(settings, 'metadata_collection', 'enabled'),
    },
  };
};

/** https://learn.microsoft.com/azure/aks/configure-azure-cni-ip-masquerade ; AKS keeps the one with `-reconciled` by itself. */
export const MASQ_CONFIG = /^azure-ip-masq-agent-config(-reconciled)?$/;

export const masqConfigOf = (
  { thing, name, of }: KubeObject,
  { yaml, textOf }: Embedding,
): { readonly config: MasqConfig | null; readonly problems: readonly ProblemAt[] } => {
  const data = memberOf(of, 'data');
  const [first] = data?.kind === 'object' ? [...data.items.values()] : [];
  const { document, problems } = embedded(first, yaml, textOf);
  if (document === null) return { config: null, problems };
  return {
    problems,
    config: {
      ...thing,
      isReconciled: MASQ_CONFIG.exec(name)?.[1] !== undefined,
      nonMasqueradeCidrs: textsAt(document, 'nonMasqueradeCIDRs'),
      masqLinkLocal: booleanAt(document, 'masqLinkLocal'),
    },
  };
};
