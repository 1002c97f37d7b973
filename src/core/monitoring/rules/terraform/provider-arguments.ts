import type { Change } from '../../changes.ts';
import { replaceAt } from '../../changes.ts';
import type { Finding } from '../../finding.ts';
import { nearest } from '../../../near.ts';
import type { ProviderBlock, ProviderTypes } from '../../provider/provider-types.ts';
import { placeOf, type Resource, type Section } from '../../terraform/configuration.ts';
import type { Rule } from '../rule.ts';

/** What every resource may have, whoever makes it. */
const ALWAYS = new Set([
  'lifecycle',
  'timeouts',
  'depends_on',
  'provider',
  'count',
  'for_each',
  'provisioner',
  'connection',
]);

interface Unknown {
  readonly name: string;
  readonly in: string;
  readonly spot: Section['spot'];
  readonly meant: string | null;
}

const unknownIn = (section: Section, block: ProviderBlock, path: string): readonly Unknown[] => {
  const known = Object.keys(block);
  const names = [...section.arguments.keys()].filter((name) => !Object.hasOwn(block, name) && !ALWAYS.has(name));
  const blocks = [...section.blocks].filter(([name]) => !Object.hasOwn(block, name) && !ALWAYS.has(name));
  const here = [
    ...names.map((name) => ({ name, spot: placeOf(section, name) })),
    ...blocks.map(([name, [first]]) => ({ name, spot: first?.spot ?? section.spot })),
  ].map(({ name, spot }) => ({ name, spot, in: path, meant: nearest(name, known) }));
  const inner = [...section.blocks].flatMap(([name, all]) => {
    const of = Object.hasOwn(block, name) ? block[name]?.block : undefined;
    return of === undefined ? [] : all.flatMap((b) => unknownIn(b, of, `${path}.${name}`));
  });
  return [...here, ...inner];
};

const missingIn = (section: Section, block: ProviderBlock): readonly string[] =>
  Object.entries(block).flatMap(([name, { required, block: inner }]) => {
    const blocks = section.blocks.get(name) ?? [];
    const isThere = section.arguments.has(name) || blocks.length > 0 || section.maybe.has(name);
    if (!isThere) return required === true ? [name] : [];
    return inner === undefined ? [] : blocks.flatMap((b) => missingIn(b, inner).map((n) => `${name}.${n}`));
  });

/** The name alone, at the beginning of an argument's or a block's place. */
const renamed = ({ name, spot, meant }: Unknown): readonly Change[] =>
  meant === null ? [] : [replaceAt({ file: spot.file, at: { ...spot.at, until: spot.at.from + name.length } }, meant)];

/** The part of the types that rules of another major version may be held to: arguments come and go between majors. */
const isSameMajor = (asked: string | null, { version }: ProviderTypes): boolean => {
  const major = version.split('.')[0] ?? '';
  const first = /\d+/.exec(asked ?? major)?.[0];
  return asked === null || first === major;
};

const withTypes = (resources: readonly Resource[], { resources: made, dataSources: lookedUp }: ProviderTypes) =>
  resources.flatMap((r) => {
    const types = r.mode === 'managed' ? made : lookedUp;
    const block = Object.hasOwn(types, r.type) ? types[r.type] : undefined;
    return block === undefined ? [] : [{ r, block }];
  });

/** TF001: names that the provider does not know. Silent for a configuration that asks for another major version, and for a plan, which has computed ones. */
export const unknownArguments: Rule = ({ resources, providerVersion, isPlan }, { types }) => {
  if (isPlan || !isSameMajor(providerVersion, types)) return [];
  return withTypes(resources, types).flatMap(({ r, block }) =>
    unknownIn(r.body, block, r.mode === 'data' ? `data.${r.type}` : r.type).map(
      (u): Finding => ({
        code: 'TF001',
        spot: u.spot,
        subject: r.address,
        key: u.name,
        message: `${u.in} has no ${u.name} (${types.provider} ${types.version})`,
        ...(u.meant === null ? {} : { fix: `Write ${u.meant}.` }),
        changes: renamed(u),
      }),
    ),
  );
};

/** Blocks that the provider has required in every version. */
const ALWAYS_REQUIRED: { readonly [type: string]: readonly string[] } = {
  azurerm_kubernetes_cluster: ['default_node_pool'],
  azurerm_monitor_data_collection_rule: ['destinations', 'data_flow'],
  azurerm_network_watcher_flow_log: ['retention_policy'],
};

/** TF002: what the provider requires and nobody wrote. */
export const missingArguments: Rule = ({ resources, providerVersion }, { types }) =>
  withTypes(resources, types).flatMap(({ r, block }) => {
    const known = isSameMajor(providerVersion, types);
    const always = r.mode === 'managed' ? ALWAYS_REQUIRED[r.type] : undefined;
    const names = missingIn(r.body, block).filter((n) => known || always?.includes(n) === true);
    if (names.length === 0) return [];
    return [
      {
        code: 'TF002',
        spot: r.body.spot,
        subject: r.address,
        message: `${r.mode === 'data' ? 'data.' : ''}${r.type} needs ${names.join(', ')}`,
        fix: `Add ${names.join(', ')}.`,
      },
    ];
  });
