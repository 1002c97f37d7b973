import type { WorkspacePlace } from '../app/workspace-store.ts';
import { parseCidr } from '../base/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';

const POD_CIDR = '10.244.0.0/16';
const REGION = 'eastus';
const PARAMETERS: ReadonlySet<string> = new Set(['endpoint', 'pod-cidr', 'basic', 'auxiliary', 'table', 'region']);

/** `la://WORKSPACE-ID[?endpoint=URL&pod-cidr=10.244.0.0/16&basic=TABLE&auxiliary=TABLE&table=TABLE&region=westeurope]`; tables also with commas between them. */
export const parseWorkspacePlace = (text: string): Result<WorkspacePlace, string> => {
  const [, workspace = '', asked = ''] = /^la:\/\/([^/?#]*)\/?(?:\?(.*))?$/is.exec(text) ?? [];
  if (workspace === '') return fail('expected la://WORKSPACE-ID, the id of the workspace itself (its customerId)');
  const given = new URLSearchParams(asked);
  const strange = [...given.keys()].find((name) => !PARAMETERS.has(name));
  if (strange !== undefined) return fail(`there is no parameter "${strange}": expected ${[...PARAMETERS].join(', ')}`);
  const one = (name: string): string | null => given.get(name) || null;
  const names = (name: string): readonly string[] =>
    given.getAll(name).flatMap((value) => value.split(',').filter((table) => table !== ''));
  const wrong = [...names('basic'), ...names('auxiliary'), ...names('table')].find((table) => !/^\w+$/.test(table));
  if (wrong !== undefined) return fail(`expected the name of a table, got "${wrong.slice(0, 60)}"`);
  const podCidr = one('pod-cidr') ?? POD_CIDR;
  const block = parseCidr(podCidr);
  if (!block.ok || podCidr.includes(':')) return fail(`pod-cidr: expected a block of IPv4 like ${POD_CIDR}`);
  const region = one('region') ?? REGION;
  if (!/^[a-z][a-z0-9]{2,39}$/.test(region)) return fail(`region: expected a region such as ${REGION}`);
  const tables = names('table');
  return ok({
    workspace,
    endpoint: one('endpoint'),
    podCidr,
    plans: new Map([
      ...names('basic').map((table) => [table, 'Basic'] as const),
      ...names('auxiliary').map((table) => [table, 'Auxiliary'] as const),
    ]),
    tables: tables.length === 0 ? null : tables,
    region,
  });
};
