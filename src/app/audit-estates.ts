import { type Estate, knowingOfEachOther, type Members } from '../core/monitoring/estate.ts';
import { type AuditSettings, auditSettings, SETTINGS_FILE } from '../core/monitoring/audit-settings.ts';
import { estateFromTerraform } from '../core/monitoring/estate/from-terraform.ts';
import { othersFromTerraform, withUpdates } from '../core/monitoring/estate/from-terraform-others.ts';
import type { Embedding } from '../core/monitoring/estate/kube/config-maps.ts';
import { together } from '../core/monitoring/estate/members.ts';
import type { Finding } from '../core/monitoring/finding.ts';
import { type Ignore, ignoresInHcl, ignoresInLines } from '../core/monitoring/ignores.ts';
import type { ProviderTypes } from '../core/monitoring/provider/provider-types.ts';
import type { Configuration } from '../core/monitoring/terraform/configuration.ts';
import { documentKind, type DocumentFilesRead, looksLikePlan, readDocuments } from './audit-documents.ts';
import { type ConfigurationFile, type ConfigurationFiles, type ConfigurationReaders, folderOf } from './audit-files.ts';
import { absentSaid, type FileTrouble } from './audit-file-findings.ts';
import { readPlans, scopeOfPlan } from './audit-plans.ts';
import { type RootRead, readTerraform, type ValuesGiven } from './audit-terraform.ts';

/** All that the files of a configuration tell. */
export interface EstatesRead {
  readonly estates: readonly Estate[];
  readonly sources: readonly { readonly name: string; readonly kind: string }[];
  readonly troubles: readonly FileTrouble[];
  readonly ignores: readonly Ignore[];
  /** What is wrong with files themselves and with what they ignore. */
  readonly findings: readonly Finding[];
  /** Null: no file says how far back somebody wants to be able to ask. */
  readonly needDays: number | null;
  /** Files that nobody writes by hand: they are not changed. */
  readonly made: ReadonlySet<string>;
  /** Why the answer is not the whole one. */
  readonly reasons: readonly string[];
}

type Asked = Pick<Estate, 'scope' | 'elsewhere'> & { readonly values: ValuesGiven };

interface Made {
  readonly estate: Estate;
  readonly problems: readonly FileTrouble[];
}

const estateOf = (
  configuration: Configuration,
  beside: readonly Partial<Members>[],
  how: Pick<Estate, 'scope' | 'elsewhere' | 'isTorn'>,
  embedding: Embedding,
): Made => {
  const others = othersFromTerraform(configuration, embedding);
  const members = together(estateFromTerraform(configuration), ...others.members, ...beside);
  const { absent, resources, undeclared, providerVersion, isPlan, says } = configuration;
  return {
    estate: {
      ...members,
      flowLogs: withUpdates(members.flowLogs, configuration),
      ...how,
      absent,
      resources,
      undeclared,
      providerVersion,
      isPlan,
      says,
    },
    problems: [...Map.groupBy(others.problems, ({ file }) => file)].map(([path, problems]) => ({ path, problems })),
  };
};

const withElsewhere = (asked: Asked, told: readonly AuditSettings[]): Asked => ({
  ...asked,
  elsewhere: new Set([...asked.elsewhere, ...told.flatMap(({ elsewhere }) => elsewhere)]),
});

const NO_CONFIGURATION: Configuration = {
  root: '',
  folders: [],
  resources: [],
  absent: [],
  undeclared: [],
  providerVersion: null,
  isPlan: false,
  says: new Map(),
};

/** One estate for each root of Terraform and each plan; documents stand beside all of them, or alone. */
const estatesOf = (
  roots: readonly RootRead[],
  plans: ReturnType<typeof readPlans>['plans'],
  { members: beside, troubles }: Pick<DocumentFilesRead, 'members' | 'troubles'>,
  asked: Asked,
  embedding: Embedding,
): readonly Made[] => {
  const { elsewhere, scope } = asked;
  // what seems missing may stand in a document that is torn
  const isTorn = troubles.some(({ isPerhapsOfOthers }) => isPerhapsOfOthers !== true);
  if (plans.length > 0)
    return plans.map(({ configuration, isWhole }) =>
      estateOf(configuration, beside, { elsewhere, scope: scopeOfPlan(isWhole, asked), isTorn }, embedding),
    );
  if (roots.length > 0)
    return roots.map((root) =>
      estateOf(root.configuration, beside, { elsewhere, scope, isTorn: isTorn || root.isTorn }, embedding),
    );
  return beside.length === 0 ? [] : [estateOf(NO_CONFIGURATION, beside, { elsewhere, scope, isTorn }, embedding)];
};

const ignoresIn = (
  files: readonly ConfigurationFile[],
  terraform: ReturnType<typeof readTerraform>['files'],
): { readonly ignores: readonly Ignore[]; readonly faults: readonly Finding[] } => {
  const hcl = new Map(terraform.map((file) => [file.path, file.hcl]));
  const read = files.map((file) => {
    const tree = hcl.get(file.path);
    if (tree !== undefined) return ignoresInHcl(file.path, file.text, tree);
    const kind = documentKind(file);
    return kind === 'yaml' || kind === 'kql' ? ignoresInLines(file.path, file.text) : { ignores: [], faults: [] };
  });
  return { ignores: read.flatMap(({ ignores }) => ignores), faults: read.flatMap(({ faults }) => faults) };
};

/** What files of settings say, each for what is below it. */
const settingsIn = (files: readonly ConfigurationFile[], { yaml }: ConfigurationReaders) =>
  files
    .filter(({ path }) => isSettings(path))
    .map(({ path, text }) => {
      const { documents, problems } = yaml(path, text);
      return { path, problems, of: documents.map((document) => auditSettings(document, folderOf(path))) };
    });

const isSettings = (path: string): boolean => path.split('/').at(-1) === SETTINGS_FILE;

export const readEstates = (
  found: ConfigurationFiles,
  readers: ConfigurationReaders,
  types: ProviderTypes,
  asked: Asked,
): EstatesRead => {
  const planned = found.files.filter(
    ({ path, text }) => !path.endsWith('.tf.json') && documentKind({ path, text }) === 'json' && looksLikePlan(text),
  );
  const others = found.files.filter((file) => !planned.includes(file));
  const texts = new Map(others.map(({ path, text }) => [path, text]));
  const textOf = (path: string): string | null => texts.get(path) ?? null;
  const terraform = readTerraform({ ...found, files: others }, readers, types, asked.values);
  const plans = readPlans(planned, types, terraform.roots);
  const settings = settingsIn(others, readers);
  const told = settings.flatMap(({ of }) => of);
  const documents = readDocuments(
    others.filter(({ path, isNamed }) => isNamed && !terraform.paths.has(path) && !isSettings(path)),
    readers,
    textOf,
  );
  const made = estatesOf(terraform.roots, plans.plans, documents, withElsewhere(asked, told), { ...readers, textOf });
  const ignoring = ignoresIn(others, terraform.files);
  const troubles = [
    ...terraform.files.flatMap(({ path, hcl }) =>
      hcl.problems.length === 0 ? [] : [{ path, problems: hcl.problems }],
    ),
    ...documents.troubles,
    ...settings.flatMap(({ path, problems }) => (problems.length === 0 ? [] : [{ path, problems }])),
    ...made.flatMap(({ problems }) => problems),
  ];
  const estates = knowingOfEachOther(made.map(({ estate }) => estate));
  return {
    estates,
    sources: [
      ...terraform.files.map(({ path }) => ({ name: path, kind: 'terraform' })),
      ...planned.map(({ path }) => ({ name: path, kind: 'plan' })),
      ...documents.sources,
    ],
    troubles,
    ignores: [...ignoring.ignores, ...told.flatMap(({ ignores }) => ignores)],
    needDays: told.map(({ needDays }) => needDays).find((days) => days !== null) ?? null,
    findings: [...ignoring.faults, ...told.flatMap(({ faults }) => faults), ...documents.findings, ...plans.findings],
    made: new Set(
      found.files.filter((file) => planned.includes(file) || file.path.startsWith('azure:')).map(({ path }) => path),
    ),
    reasons: [
      ...found.unread.map(({ path, why }) => `${path} was not read: ${why}`),
      ...troubles.map(({ path }) => `${path} was read in part`),
      ...estates.flatMap(({ absent }) => absent.map(absentSaid)),
    ],
  };
};
