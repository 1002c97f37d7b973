import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type AuditAsked, audit as auditFiles } from '../../src/app/audit.ts';
import { KustoLanguage } from '../../src/kusto/kusto-language.ts';
import { kqlPackIn } from '../../src/sources/files/kql-pack.ts';
import { instant } from '../../src/base/instant.ts';
import { configurationReaders } from '../../src/sources/configuration/configuration-readers.ts';
import { findConfiguration } from '../../src/sources/configuration/find-configuration.ts';
import { loadProviderTypes } from '../../src/sources/terraform/load-provider-types.ts';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { KEPT, ROOT } from '../data.ts';
import { keepFolder } from '../place.ts';
import { timed } from '../stopwatch.ts';

const FILES: Readonly<Record<Scale, number>> = { small: 1_000, full: 1_000 };
/** What each configuration is made of, besides an address of its own. */
const TEXTS = [
  'test/audit-texts/article-like.tf',
  'deploy/monitoring/azure-alerts.tf',
  'deploy/kustomize/base/agent/agent.yaml',
];

const MODULE = `variable "names" {
  default = ["a", "b", "c"]
}

resource "azurerm_virtual_network" "v" {
  for_each            = toset(var.names)
  name                = "vnet-\${each.value}"
  location            = "westeurope"
  resource_group_name = "shop"
  address_space       = ["10.224.0.0/12"]
}

output "ids" {
  value = { for k, v in azurerm_virtual_network.v : k => v.id }
}
`;
const CALL = 'module "net" {\n  source = "./net"\n  names  = ["x", "y"]\n}\n';

const folderOf = (scale: Scale): string => join(KEPT, `audit-${FILES[scale]}`);

/** Folders of five files each: two of Terraform, a module that they call, a call of it, a manifest. */
const prepare = async (scale: Scale): Promise<void> => {
  await keepFolder(folderOf(scale), async (folder) => {
    const texts = TEXTS.map((path) => [path.split('/').at(-1) ?? '', readFileSync(join(ROOT, path), 'utf8')] as const);
    for (let i = 0; i < FILES[scale] / (texts.length + 2); i++) {
      const at = join(folder, `cluster-${i}`);
      mkdirSync(join(at, 'net'), { recursive: true });
      for (const [name, text] of texts) writeFileSync(join(at, name), text);
      writeFileSync(join(at, 'network.tf'), CALL);
      writeFileSync(join(at, 'net/main.tf'), MODULE);
    }
  });
};

const ours = async (scale: Scale): Promise<Outcome> => {
  const took = await timed(async () => {
    const found = await findConfiguration([folderOf(scale)], () => Readable.from([]));
    const asked: AuditAsked = {
      paths: [folderOf(scale)],
      scope: 'as-found',
      elsewhere: new Set(),
      needDays: 90,
      values: { files: [], words: [] },
      today: instant(Date.UTC(2026, 10, 27)),
      baseline: null,
    };
    const language = new KustoLanguage();
    const tables = (await kqlPackIn(join(ROOT, 'kql'))).tables(null);
    const { report } = await auditFiles(found, await configurationReaders(), await loadProviderTypes(), asked, (work) =>
      work({ language, tables }),
    );
    await language.close();
    return report;
  });
  const { sources, findings } = took.value;
  return {
    value: took.seconds,
    rows: sources.length,
    checksum: { exact: `files=${sources.length} found=${findings.length > 0}` },
    cpuSeconds: took.cpuSeconds,
  };
};

export const audit: Benchmark = {
  name: 'audit',
  unit: 's',
  better: 'less',
  floor: 5,
  aim: 2.5,
  what: '`unmasq audit` of 1,000 files in 200 folders: found, read, worked out, audited, with diffs.',
  limit: 'Half of it is the parser of Terraform.',
  peers: 'none.',
  data: { small: '1,000 files', full: '1,000 files' },
  prepare,
  run: { unmasq: ours },
};
