import type { Estate } from '../core/monitoring/estate.ts';
import { estateFromTerraform } from '../core/monitoring/estate/from-terraform.ts';
import { type Ignore, type IgnoresRead, ignoresInHcl } from '../core/monitoring/ignores.ts';
import type { Finding } from '../core/monitoring/finding.ts';
import type { ConfigurationFiles, ConfigurationReaders } from './audit-files.ts';
import type { FileTrouble } from './audit-file-findings.ts';
import { readTerraform, type RootRead } from './audit-terraform.ts';

/** All that the files of a configuration tell. */
export interface EstatesRead {
  readonly estates: readonly Estate[];
  readonly sources: readonly { readonly name: string; readonly kind: string }[];
  readonly troubles: readonly FileTrouble[];
  readonly ignores: readonly Ignore[];
  readonly faults: readonly Finding[];
  /** Why the answer is not the whole one. */
  readonly reasons: readonly string[];
}

const estateOf = (
  { configuration, isTorn }: RootRead,
  { scope, elsewhere }: Pick<Estate, 'scope' | 'elsewhere'>,
): Estate => ({
  ...estateFromTerraform(configuration),
  scope,
  elsewhere,
  absent: configuration.absent,
  isTorn,
  resources: configuration.resources,
  undeclared: configuration.undeclared,
  providerVersion: configuration.providerVersion,
});

export const readEstates = (
  found: ConfigurationFiles,
  readers: ConfigurationReaders,
  asked: Pick<Estate, 'scope' | 'elsewhere'>,
): EstatesRead => {
  const { roots, files } = readTerraform(found, readers);
  const texts = new Map(found.files.map(({ path, text }) => [path, text]));
  const troubles = files.flatMap(({ path, hcl }) =>
    hcl.problems.length === 0 ? [] : [{ path, problems: hcl.problems }],
  );
  const ignoring: readonly IgnoresRead[] = files.map(({ path, hcl }) => ignoresInHcl(path, texts.get(path) ?? '', hcl));
  return {
    estates: roots.map((root) => estateOf(root, asked)),
    sources: files.map(({ path }) => ({ name: path, kind: 'terraform' })),
    troubles,
    ignores: ignoring.flatMap(({ ignores }) => ignores),
    faults: ignoring.flatMap(({ faults }) => faults),
    reasons: [
      ...found.unread.map(({ path, why }) => `${path} was not read: ${why}`),
      ...troubles.map(({ path }) => `${path} was read in part`),
      ...roots.flatMap(({ configuration }) =>
        configuration.absent.map(({ address, source }) => `${address} is not here (${source})`),
      ),
    ],
  };
};
