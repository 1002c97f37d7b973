import { createHash } from 'node:crypto';

/**
 * What a release is made of, in CycloneDX (https://cyclonedx.org/docs/1.5/json), of package-lock.json alone: the same lock file, the same bytes.
 * Not by `npm sbom --omit dev`: npm 11 leaves out whatever development needs as well, @azure/identity for one.
 */

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** package-lock.json, of version 3. `packages` has the project itself under the empty path. */
export interface Lock {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, Locked>>;
}

const WITHIN = 'node_modules/';

/** `node_modules/a/node_modules/@b/c` → `@b/c`. */
const nameAt = (path: string): string => path.slice(path.lastIndexOf(WITHIN) + WITHIN.length);

/** Where Node finds the package `name` from the package at `from`: beside what is in it, else further up. */
const found = ({ packages }: Lock, from: string, name: string): string | null => {
  const path = `${from === '' ? '' : `${from}/`}${WITHIN}${name}`;
  if (path in packages) return path;
  return from === ''
    ? null
    : found({ packages } as Lock, from.slice(0, Math.max(0, from.lastIndexOf(`/${WITHIN}`))), name);
};

const byName = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** `sha512-…` in base64, as the lock file has it. */
const hashesOf = (integrity: string | undefined): readonly object[] => {
  const [algorithm = '', hash = ''] = (integrity ?? '').split('-');
  if (hash === '') return [];
  return [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') }];
};

const licensesOf = (license: string | undefined): readonly object[] => {
  if (license === undefined) return [];
  return [license.includes(' ') ? { expression: license } : { license: { id: license } }];
};

/**
 * @param bundled names of packages that are in the files of the console; they are part of the release, though only development installs them
 * @param date seconds since the epoch
 */
export const billOfMaterials = (lock: Lock, bundled: readonly string[], date: number): string => {
  const taken = new Set(bundled.map((name) => `${WITHIN}${name}`));
  const missing = [...taken].filter((path) => !(path in lock.packages));
  if (missing.length > 0) throw new Error(`in the console and not in package-lock.json: ${missing.join(', ')}`);
  const paths = Object.keys(lock.packages).filter(
    (path) => path !== '' && (lock.packages[path]?.dev !== true || taken.has(path)),
  );
  const referenceOf = (path: string): string =>
    path === '' ? `${lock.name}@${lock.version}` : `${nameAt(path)}@${lock.packages[path]?.version}`;
  const held = new Set(['', ...paths]);
  const dependsOn = (path: string): readonly string[] => {
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[path] ?? {};
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    const at = names.map((name) => found(lock, path, name)).filter((one) => one !== null && held.has(one));
    return [...new Set(at.map((one) => referenceOf(one as string)))].toSorted(byName);
  };
  // A package that stands at several places in the same version is one.
  const components = new Map(
    paths.map((path) => {
      const { version = '', optional, integrity, license } = lock.packages[path] ?? {};
      const name = nameAt(path);
      const component = {
        'bom-ref': referenceOf(path),
        type: 'library',
        name,
        version,
        scope: optional === true ? 'optional' : 'required',
        hashes: hashesOf(integrity),
        licenses: licensesOf(license),
        purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      };
      return [referenceOf(path), component] as const;
    }),
  );
  const edges = new Map<string, ReadonlySet<string>>();
  for (const path of ['', ...paths]) {
    const ref = referenceOf(path);
    edges.set(ref, new Set([...(edges.get(ref) ?? []), ...dependsOn(path)]));
  }
  const told = {
    metadata: {
      timestamp: new Date(date * 1_000).toISOString(),
      component: {
        'bom-ref': referenceOf(''),
        type: 'application',
        name: lock.name,
        version: lock.version,
        licenses: licensesOf(lock.packages['']?.license),
        purl: `pkg:npm/${lock.name}@${lock.version}`,
      },
    },
    components: [...components].toSorted(([a], [b]) => byName(a, b)).map(([, component]) => component),
    dependencies: [...edges]
      .toSorted(([a], [b]) => byName(a, b))
      .map(([ref, on]) => ({ ref, dependsOn: [...on].toSorted(byName) })),
  };
  const head = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(told))}`,
    version: 1,
  };
  return `${JSON.stringify({ ...head, ...told }, null, 2)}\n`;
};

/** Of its content, as version 8 may be made: https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
const uuidOf = (text: string): string => {
  const hash = createHash('sha256').update(text).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
};
