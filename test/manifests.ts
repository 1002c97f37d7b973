import * as kubernetes from '@kubernetes/client-node';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** What deploy/kustomize says, before and after kustomize. */

export const KUSTOMIZE = join(import.meta.dirname, '../deploy/kustomize');

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly command?: readonly string[];
  readonly securityContext?: SecurityContext;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

export interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly securityContext: SecurityContext;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly hostPath?: object }[];
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: object; readonly annotations?: object };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
  readonly automountServiceAccountToken?: boolean;
  readonly spec?: {
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
    readonly strategy?: { readonly type: string };
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly ports?: readonly { readonly targetPort: string; readonly port: number }[];
    readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly ingress?: readonly { readonly ports: readonly { readonly port: string | number }[] }[];
    readonly maxUnavailable?: number;
    readonly minAvailable?: number;
  };
}

export const documentsIn = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).map((one) => {
    if (one.errors.length > 0) throw one.errors[0] as Error;
    return one.toJS() as Manifest;
  });

interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    readonly patch: string;
  }[];
}

export const kustomizationIn = (folder: string): Kustomization =>
  parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;

/** Everything that a folder of kustomize names, as it stands in the files: no patch of a component is laid over it. Throws where a file is not there. */
export const resourcesOf = (folder: string): readonly Manifest[] =>
  (kustomizationIn(folder).resources ?? []).flatMap((name) => {
    const path = join(folder, name);
    if (!existsSync(path)) throw new Error(`${folder} names ${name}, which is not there`);
    return statSync(path).isDirectory() ? resourcesOf(path) : documentsIn(readFileSync(path, 'utf8'));
  });

interface Typed {
  getAttributeTypeMap(): readonly { readonly baseName: string; readonly type: string }[];
}
const MODELS = kubernetes as unknown as Readonly<Record<string, Typed | undefined>>;

/** `apps/v1` and `Deployment` → `V1Deployment`, as the client of Kubernetes calls it. */
const modelOf = ({ apiVersion, kind }: Manifest): string => {
  const version = apiVersion.split('/').at(-1) ?? '';
  return `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
};

/** What Kubernetes does not know in a document, by the types of its own client: fields that there are not, values of another kind. */
export const unknownIn = (manifest: Manifest): readonly string[] =>
  unknownAt(manifest, modelOf(manifest), manifest.kind);

const unknownAt = (value: unknown, type: string, at: string): readonly string[] => {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${at}: expected a list`];
    return value.flatMap((one, i) => unknownAt(one, list, `${at}[${i}]`));
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined)
    return Object.entries(value as object).flatMap(([key, one]) => unknownAt(one, map, `${at}.${key}`));
  if (type === 'IntOrString')
    return ['number', 'string'].includes(typeof value) ? [] : [`${at}: expected a number or a text`];
  const model = MODELS[type];
  if (model === undefined) return typeof value === type ? [] : [`${at}: expected ${type}`];
  if (typeof value !== 'object' || value === null) return [`${at}: expected ${type}`];
  const fields = new Map(model.getAttributeTypeMap().map((one) => [one.baseName, one.type]));
  return Object.entries(value).flatMap(([name, one]) => {
    const of = fields.get(name);
    return of === undefined ? [`${at}: there is no ${name}`] : unknownAt(one, of, `${at}.${name}`);
  });
};

/** The manifest of this kind and name. */
export const named = (manifests: readonly Manifest[], kind: string, name?: string): Manifest => {
  const found = manifests.find((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
  if (found === undefined) throw new Error(`no ${kind} ${name ?? ''}`);
  return found;
};

export const podOf = ({ spec }: Manifest): PodSpec => {
  if (spec?.template === undefined) throw new Error('it has no pods');
  return spec.template.spec;
};
