import type { DocumentReader } from '../core/monitoring/documents.ts';
import type { Members } from '../core/monitoring/estate.ts';
import { armResource } from '../core/monitoring/estate/arm/resource.ts';
import { isTemplate, resourcesOfTemplate } from '../core/monitoring/estate/arm/template.ts';
import { documentsIn, isOfMonitoring, membersOfArm } from '../core/monitoring/estate/from-arm.ts';
import { kubeObjectsIn, membersOfKube } from '../core/monitoring/estate/from-kube.ts';
import type { Embedding } from '../core/monitoring/estate/kube/config-maps.ts';
import type { SavedQuery } from '../core/monitoring/estate/alert.ts';

import type { Finding } from '../core/monitoring/finding.ts';
import type { Place } from '../core/monitoring/hcl/syntax.ts';
import type { Value } from '../core/monitoring/hcl/value.ts';
import type { ConfigurationFile } from './audit-files.ts';
import type { FileTrouble } from './audit-file-findings.ts';

/** What files of documents tell: of Azure, of Kubernetes, queries. */
export interface DocumentFilesRead {
  readonly members: readonly Partial<Members>[];
  readonly sources: readonly { readonly name: string; readonly kind: string }[];
  readonly troubles: readonly FileTrouble[];
  readonly findings: readonly Finding[];
}

export interface DocumentReaders {
  readonly json: DocumentReader;
  readonly yaml: DocumentReader;
  readonly toml: DocumentReader;
}

interface Told {
  readonly members: readonly Partial<Members>[];
  /** What the file is, in a word; null: nothing that says anything here. */
  readonly kind: string | null;
  readonly troubles: readonly FileTrouble[];
}

const START: Place = { line: 1, column: 1, from: 0, until: 0 };

/** Words one of which is in every manifest or list that tells something here. */
const KUBE_WORDS = /\bkind\b["']?\s*:|\bgroups\b["']?\s*:/;
const AZURE_WORDS = /microsoft\.|dataSources|dataFlows|deploymentTemplate/i;
const hasWords = (text: string): boolean => KUBE_WORDS.test(text) || AZURE_WORDS.test(text);
/** What hardly stands in a file of something else: by it a file is known of which nothing could be read. */
const OWN_WORDS =
  /\bkind["']?\s*:\s*["']?(?:Service|Deployment|DaemonSet|StatefulSet|PrometheusRule)\b|container-azm-ms-agentconfig|ip-masq-agent-config|microsoft\.(?:alertsmanagement|containerservice|insights|monitor|network|operationalinsights)\/|dataFlows/i;
/** Of Helm, Go, Jinja or ERB: it becomes what it is by somebody who fills it in. */
const TEMPLATE = /\{\{|\{%|<%/;
/** A file without any such word is read only to see whether it is torn: longer ones nobody writes by hand, and reading costs time. */
const LONGEST_OF_OTHERS = 65_536;
/** A template of Helm that would make one of the objects that are read here. */
const HELM_OF_MONITORING =
  /container-azm-ms-agentconfig|ip-masq-agent-config|unmasq|PrometheusRule|externalTrafficPolicy/;

const azureMembers = (document: Value): readonly Partial<Members>[] => {
  const all = isTemplate(document) ? resourcesOfTemplate(document) : documentsIn(document);
  return all.flatMap((value) => {
    const resource = armResource(value);
    return resource === null || !isOfMonitoring(resource) ? [] : [membersOfArm(resource)];
  });
};

const documentTold = (path: string, document: Value, embedding: Embedding): Told => {
  const objects = kubeObjectsIn(document);
  if (objects.length > 0) {
    const read = objects.map((object) => membersOfKube(object, embedding));
    const problems = read.flatMap((one) => one.problems);
    return {
      members: read.map(({ members }) => members),
      kind: 'kubernetes',
      troubles: problems.length === 0 ? [] : [{ path, problems }],
    };
  }
  const members = azureMembers(document);
  return { members, kind: members.length > 0 || isTemplate(document) ? 'azure' : null, troubles: [] };
};

const queryOf = ({ path, text }: ConfigurationFile): SavedQuery => {
  const at = { file: path, at: { ...START, until: text.length } };
  return {
    address: path,
    id: null,
    name: { is: 'unset', value: null, at },
    at: { file: path, at: START },
    end: null,
    section: null,
    certain: true,
    query: { text, known: [], at, from: at },
    of: 'file',
  };
};

const isNamedKind = ({ path }: Pick<ConfigurationFile, 'path'>): 'json' | 'yaml' | 'kql' | null => {
  if (/\.(?:kql|csl)$/i.test(path)) return 'kql';
  if (/\.ya?ml$/i.test(path)) return 'yaml';
  return /\.json$/i.test(path) && !/\.(?:tf|tfvars)\.json$/i.test(path) ? 'json' : null;
};

/** Standard input is told by its first letter. */
export const documentKind = (file: Pick<ConfigurationFile, 'path' | 'text'>): 'json' | 'yaml' | 'kql' | null =>
  file.path === 'standard input' || file.path.startsWith('azure:')
    ? /^\s*[[{]/.test(file.text)
      ? 'json'
      : 'yaml'
    : isNamedKind(file);

/** Nothing in it, or one value a line, as logs and watches are kept. */
const isLines = (text: string): boolean =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .every(isJson);

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** What is torn in a file that no word tells to be of those that are audited; null: nothing, or it is no such file. */
const tornOfOthers = (
  { path, text }: ConfigurationFile,
  kind: 'json' | 'yaml',
  read: DocumentReader,
): FileTrouble | null => {
  if (text.length > LONGEST_OF_OTHERS || TEMPLATE.test(text)) return null;
  if (kind === 'json' && (isJson(text) || isLines(text))) return null;
  const { problems } = read(path, text);
  return problems.length === 0 ? null : { path, problems, isPerhapsOfOthers: true };
};

/** A file that was named itself is not passed over in silence, and one that cannot be read is not either. */
export const readDocuments = (
  files: readonly ConfigurationFile[],
  readers: DocumentReaders,
  textOf: Embedding['textOf'],
): DocumentFilesRead => {
  const members: Partial<Members>[] = [];
  const sources: { name: string; kind: string }[] = [];
  const troubles: FileTrouble[] = [];
  const findings: Finding[] = [];
  for (const file of files) {
    const { path, text, isExpected } = file;
    const kind = documentKind(file);
    if (kind === 'kql') {
      members.push({ queries: [queryOf(file)] });
      sources.push({ name: path, kind: 'kql' });
      continue;
    }
    const read = kind === 'yaml' ? readers.yaml : readers.json;
    if (kind === null || !hasWords(text)) {
      const torn = kind === null ? null : tornOfOthers(file, kind, read);
      if (torn !== null) troubles.push(torn);
      else if (isExpected) findings.push(unrecognised(path));
      continue;
    }
    const { documents, problems } = read(path, text);
    // between its braces a template may still be YAML by chance
    if (TEMPLATE.test(text) && (problems.length > 0 || /(?:^|\/)templates\//.test(path))) {
      if (isExpected || HELM_OF_MONITORING.test(text)) findings.push(unrendered(path));
      continue;
    }
    const told = documents.map((document) => documentTold(path, document, { ...readers, textOf }));
    const isOurs = told.some((one) => one.kind !== null);
    if (problems.length > 0 && (isOurs || isExpected || OWN_WORDS.test(text))) troubles.push({ path, problems });
    else if (problems.length > 0 && !(kind === 'json' && isLines(text)))
      troubles.push({ path, problems, isPerhapsOfOthers: true });
    members.push(...told.flatMap((one) => one.members));
    troubles.push(...told.flatMap((one) => one.troubles));
    const [first] = told.flatMap((one) => one.kind ?? []);
    if (first !== undefined) sources.push({ name: path, kind: first });
    else if (isExpected && problems.length === 0) findings.push(unrecognised(path));
  }
  return { members, sources, troubles, findings };
};

const unrecognised = (path: string): Finding => ({
  code: 'FILE003',
  spot: { file: path, at: START },
  subject: path,
  message: `${path} is nothing that is audited`,
});

const unrendered = (path: string): Finding => ({
  code: 'FILE004',
  spot: { file: path, at: START },
  subject: path,
  message: `${path} is a template: what it becomes is not told`,
});

/** Whether a text is a plan of Terraform as `terraform show -json` prints it: by how it begins, as it may be long. */
export const looksLikePlan = (text: string): boolean =>
  /^\s*\{/.test(text) &&
  /"format_version"\s*:/.test(text.slice(0, 2_000)) &&
  /"terraform_version"\s*:/.test(text.slice(0, 4_000));
