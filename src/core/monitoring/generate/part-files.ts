import type { Blueprint, PackedQuery, WrittenFile } from './blueprint.ts';
import { code, type HclBlock, type HclItem, variable, writeHcl } from './hcl-writer.ts';
import { clusterLocals, clusterVariables } from './module-files.ts';
import { queryBlocks } from './query-pack-blocks.ts';
import { assignment } from './role-blocks.ts';
import { stamped, stampLine } from './stamp.ts';

/** Parts of the module by themselves, for whoever has the rest: what they refer to are variables. */

const file = (what: string, name: string, blocks: readonly HclBlock[]): WrittenFile => ({
  name,
  text: stamped(`${stampLine(what)}\n${writeHcl(blocks)}`),
});

export const queryPackFile = (blueprint: Blueprint, queries: readonly PackedQuery[]): WrittenFile =>
  file('querypack', 'query-pack.tf', [
    ...clusterVariables(blueprint),
    clusterLocals(blueprint),
    ...queryBlocks(blueprint, queries),
  ]);

const SCOPES = [
  [
    'metrics',
    'egress_id',
    'Monitoring Reader',
    'The load balancer or NAT gateway that nodes leave by, whose metrics are read; null: none are.',
  ],
  ['logs', 'workspace_id', 'Log Analytics Reader', 'The id of the workspace, whose tables are read; null: none are.'],
  [
    'flow_logs',
    'storage_account_id',
    'Storage Blob Data Reader',
    'The account that flow logs are in; null: none are read.',
  ],
] as const;

const about = (description: string): HclItem => ['description', description];

export const rolesFile = ({ readers, workspace, flowLogs }: Blueprint): WrittenFile => {
  const known: Readonly<Record<string, string | null | undefined>> = {
    workspace_id: workspace?.existing?.id,
    storage_account_id: flowLogs?.storageAccount?.id,
  };
  return file('rbac', 'role-assignments.tf', [
    variable('principal_ids', [
      ['type', code('list(string)')],
      ...(readers.length === 0 ? [] : [['default', readers] as const]),
      about('Object ids of the identities of unmasq.'),
    ]),
    ...SCOPES.map(([, name, , says]) =>
      variable(name, [['type', code('string')], ['default', known[name] ?? code('null')], about(says)]),
    ),
    ...SCOPES.map(([label, name, role]) =>
      assignment(label, code(`var.${name}`), role, `toset(var.${name} == null ? [] : var.principal_ids)`),
    ),
  ]);
};
