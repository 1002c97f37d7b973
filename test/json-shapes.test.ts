import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differences, type Schema } from './json-schema.ts';

/** What programs rely on: every shape that `-o json` prints is the one that docs/reference/schemas publishes. */

const root = join(import.meta.dirname, '..');
const schemas = join(root, 'docs/reference/schemas');
const named = (file: string): Schema => JSON.parse(readFileSync(join(schemas, file), 'utf8')) as Schema;
const recorded = join(root, 'lab/recorded/incident');
const POD = 'shop/catalog-wdfgmvs9jc-86gwn';
const folder = mkdtempSync(join(tmpdir(), 'unmasq-shapes-'));
const data = join(folder, 'data');
const bare = join(folder, 'bare');
/** Read in two parts, so that late evidence changed something. */
const late = join(folder, 'late');
const unmasq = (...words: readonly string[]): string => {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'src/main.ts'), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  // 3: an exact verdict is wrong, as the truth that is made below says.
  expect([0, 3]).toContain(status);
  return stdout;
};

beforeAll(() => {
  const torn = join(folder, 'torn.txt');
  writeFileSync(
    torn,
    '[1795403057.003000]\t    [NEW] tcp      6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=41822\n',
  );
  // Here and there the pod is another one and who knows the rates would be right, and the simulator may say more than we know.
  const truth = readFileSync(join(recorded, 'truth.jsonl'), 'utf8').trimEnd().split('\n');
  writeFileSync(
    join(folder, 'wrong.jsonl'),
    truth
      .map((line, i) => ({ ...JSON.parse(line), ...(i % 600 === 0 ? { podUid: 'x' } : {}), oracle: 0.5, more: i }))
      .map((row) => JSON.stringify(row))
      .join('\n'),
  );
  writeFileSync(join(folder, 'other.jsonl'), (truth[0] ?? '').replaceAll('2026-', '2025-'));
  const parts = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));
  const documents = globSync(join(root, 'src/formats/azure-resource/testdata/*.in.json'));
  unmasq('ingest', '--data', data, torn, ...documents, ...parts);
  unmasq('ingest', '--data', bare, ...parts.filter((part) => !part.endsWith('conntrack')));
  unmasq('ingest', '--data', late, join(recorded, 'insights-logs-flowlogflowevent'), join(recorded, 'kube'));
  unmasq('ingest', '--data', late, join(recorded, 'conntrack'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every schema is published under the name that its test knows', () => {
  expect(readdirSync(schemas).sort()).toEqual([
    'audit-finding.schema.json',
    'audit.schema.json',
    'backup.schema.json',
    'compaction.schema.json',
    'compared-side.schema.json',
    'cost-breakdown.schema.json',
    'cost-difference.schema.json',
    'cost-estimate.schema.json',
    'diagnosis.schema.json',
    'doctor.schema.json',
    'evaluation-comparison.schema.json',
    'evaluation.schema.json',
    'flow.schema.json',
    'flows.schema.json',
    'generated.schema.json',
    'kql-check.schema.json',
    'kql-link.schema.json',
    'kql-list.schema.json',
    'kql-local.schema.json',
    'kql-query.schema.json',
    'kql-run.schema.json',
    'log-audit.schema.json',
    'map.schema.json',
    'monitoring-spec.schema.json',
    'path.schema.json',
    'price-table.schema.json',
    'propagation.schema.json',
    'purge.schema.json',
    'snat-advice.schema.json',
    'snat-conntrack-ledger.schema.json',
    'snat-forecast.schema.json',
    'snat-ledger.schema.json',
    'snat-plan.schema.json',
    'snat-pod-ledger.schema.json',
    'snat-status.schema.json',
    'sources.schema.json',
    'trace.schema.json',
    'who-comparison.schema.json',
    'who.schema.json',
    'why.schema.json',
  ]);
});

test.each<[string, string, readonly string[]]>([
  ['who of an address', 'who.schema.json', ['who', '203.0.113.66']],
  ['who of everything', 'who.schema.json', ['who', '0.0.0.0/0']],
  ['who over time', 'who.schema.json', ['who', '0.0.0.0/0', '--steps', '7']],
  ['who of nobody', 'who.schema.json', ['who', '198.51.100.1']],
  ['who against before', 'who-comparison.schema.json', ['who', '0.0.0.0/0', '--compare', '10s']],
  ['who of nobody against before', 'who-comparison.schema.json', ['who', '198.51.100.1', '--compare', '2m']],
  ['flows', 'flows.schema.json', ['flows', '--limit', '50']],
  ['flows and when they began', 'flows.schema.json', ['flows', '--limit', '5', '--steps', '20']],
  ['why of what is on the wire', 'why.schema.json', ['why', '10.224.0.5:56576-203.0.113.66:443/tcp']],
  ['flows that changed', 'flows.schema.json', ['flows', '--changed-since', '1h', '--data', late]],
  ['flows of which none changed', 'flows.schema.json', ['flows', '--changed-since', '1h']],
  ['map', 'map.schema.json', ['map', '--limit', '5']],
  ['map of groups', 'map.schema.json', ['map', '--to', 'tag', '--by', 'bytes', '--hide', 'dns,kube-system,azure']],
  ['map of pods', 'map.schema.json', ['map', '--sender', 'pod', '--to', 'all', '--by', 'sent']],
  ['map of ports, without conntrack', 'map.schema.json', ['map', '--to', 'port', '--data', bare]],
  ['map of an empty store', 'map.schema.json', ['map', '--data', join(folder, 'empty')]],
  ['doctor', 'doctor.schema.json', ['doctor', '--for', 'who 0.0.0.0/0']],
  ['diagnose', 'diagnosis.schema.json', ['diagnose']],
  ['diagnose of an empty store', 'diagnosis.schema.json', ['diagnose', '--data', join(folder, 'empty')]],
  ['snat status', 'snat-status.schema.json', ['snat']],
  ['snat over time', 'snat-status.schema.json', ['snat', '--steps', '12']],
  ['snat ledger', 'snat-ledger.schema.json', ['snat', 'ledger', '--inside']],
  ['snat forecast', 'snat-forecast.schema.json', ['snat', 'forecast']],
  ['snat without documents', 'snat-status.schema.json', ['snat', '--data', bare]],
  ['snat plan of what the store tells', 'snat-plan.schema.json', ['snat', 'plan', '--nodes', '60']],
  ['snat ledger of pods', 'snat-pod-ledger.schema.json', ['snat', 'ledger', '--of', 'pod']],
  ['snat ledger of conntrack', 'snat-conntrack-ledger.schema.json', ['snat', 'ledger', '--of', 'conntrack']],
  ['snat advice', 'snat-advice.schema.json', ['snat', 'advice', '--inside']],
  ['snat advice of an empty store', 'snat-advice.schema.json', ['snat', 'advice', '--data', join(folder, 'empty')]],
  ['snat of an empty store', 'snat-status.schema.json', ['snat', '--data', join(folder, 'empty')]],
  ['path of which nothing is told', 'path.schema.json', ['path', POD, '203.0.113.66', '--data', bare]],
  ['path', 'path.schema.json', ['path', POD, '203.0.113.66:443']],
  ['path to a private endpoint', 'path.schema.json', ['path', POD, '10.225.0.4']],
  ['backup', 'backup.schema.json', ['backup', join(folder, 'backup.tar')]],
  ['restore', 'backup.schema.json', ['restore', join(folder, 'backup.tar'), '--data', join(folder, 'restored')]],
  ['purge', 'purge.schema.json', ['purge', '-n', 'shop', '--yes', '--data', join(folder, 'restored')]],
  ['purge of a time, dry', 'purge.schema.json', ['purge', '-n', 'shop', '--dry-run', '--since', '1h']],
  ['compact', 'compaction.schema.json', ['compact', '--data', join(folder, 'restored')]],
  ['sources', 'sources.schema.json', ['sources']],
  ['sources of an empty store', 'sources.schema.json', ['sources', '--data', join(folder, 'empty')]],
  ['evaluate', 'evaluation.schema.json', ['evaluate', '--truth', join(recorded, 'truth.jsonl')]],
  ['evaluate of what is wrong', 'evaluation.schema.json', ['evaluate', '--truth', join(folder, 'wrong.jsonl')]],
  ['evaluate of what does not match', 'evaluation.schema.json', ['evaluate', '--truth', join(folder, 'other.jsonl')]],
  [
    'evaluate with and without conntrack',
    'evaluation-comparison.schema.json',
    ['evaluate', '--truth', join(recorded, 'truth.jsonl'), '--compare', bare],
  ],
  [
    'evaluate with no flow in both stores',
    'evaluation-comparison.schema.json',
    ['evaluate', '--truth', join(folder, 'wrong.jsonl'), '--compare', join(folder, 'empty')],
  ],
  [
    'evaluate of an empty store',
    'evaluation.schema.json',
    ['evaluate', '--truth', join(recorded, 'truth.jsonl'), '--data', join(folder, 'empty')],
  ],
  ['audit', 'audit.schema.json', ['audit', join(root, 'test/audit-texts')]],
  ['audit of what is well', 'audit.schema.json', ['audit', join(root, 'deploy')]],
])('%s prints the shape that is published', (_, schema, words) => {
  const at = words.includes('--data') || words[0] === 'audit' ? [] : ['--data', data];
  expect(differences(JSON.parse(unmasq(...words, ...at, '-o', 'json')), named(schema), named)).toEqual([]);
});

const PODS = join(root, 'src/formats/log-analytics/testdata/real-pods-json-lines.in.jsonl');
const WORKSPACE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w';

test.each<[string, string, readonly string[]]>([
  ['kql list', 'kql-list.schema.json', ['kql', 'list']],
  ['kql show', 'kql-query.schema.json', ['kql', 'show', 'who-talked-to-address']],
  ['kql check of the pack', 'kql-check.schema.json', ['kql', 'check', join(root, 'kql/who-talked-to-address-nsg.kql')]],
  ['kql check of what is no query', 'kql-check.schema.json', ['kql', 'check', join(folder, 'torn.txt')]],
  ['kql link', 'kql-link.schema.json', ['kql', 'link', 'query-cost', '--workspace', WORKSPACE]],
  [
    'kql run over an export',
    'kql-local.schema.json',
    [
      'kql',
      'run',
      join(root, 'kql/pods-and-nodes-over-time.kql'),
      '--local',
      '--from',
      PODS,
      '--cluster',
      'cluster',
      '--since',
      '2023-10-06',
      '--until',
      '2023-10-07',
    ],
  ],
])('%s prints the shape that is published', (_, schema, words) => {
  expect(differences(JSON.parse(unmasq(...words, '-o', 'json')), named(schema), named)).toEqual([]);
});

const SPEC = join(root, 'examples/08-what-does-monitoring-cost/input/monitoring.yaml');

test.each<[string, readonly string[]]>([
  ['what is shown', ['generate', 'terraform', SPEC]],
  ['what is missing', ['generate', 'alerts', '--out', join(folder, 'none'), '--check']],
  ['what is written', ['generate', 'rbac', '--out', join(folder, 'roles')]],
])('generate prints the shape that is published: %s', (_, words) => {
  expect(differences(JSON.parse(unmasq(...words, '-o', 'json')), named('generated.schema.json'), named)).toEqual([]);
});

test('every line of flows -o jsonl is a flow as published, and what it lists of candidates sums to one', () => {
  const lines = unmasq('flows', '--all', '-o', 'jsonl', '--data', data).trimEnd().split('\n');
  const flows = lines.map(
    (line) =>
      JSON.parse(line) as { readonly begin: string; readonly candidates: readonly { readonly probability: number }[] },
  );
  expect(flows.flatMap((flow) => differences(flow, named('flow.schema.json'), named)).slice(0, 5)).toEqual([]);
  const begins = flows.map(({ begin }) => begin);
  expect(begins).toEqual(begins.toSorted());
  for (const { candidates } of flows.filter(({ candidates: c }) => c.length > 0))
    expect(candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
});

test.each(['exact', 'relayed', 'node', 'unattributed'])('why of a flow that is %s is as published', (verdict) => {
  const [line = ''] = unmasq('flows', '--verdict', verdict, '--limit', '1', '-o', 'jsonl', '--data', data).split('\n');
  const { flow } = JSON.parse(line) as { readonly flow: string };
  const why: unknown = JSON.parse(unmasq('why', flow, '-o', 'json', '--data', data));
  expect(differences(why, named('why.schema.json'), named)).toEqual([]);
});

test.each<[string, readonly string[]]>([
  ['a data folder below a file system that makes none', ['sources', '--data', '/proc/unmasq/x']],
  ['a data folder that is a file', ['sources', '--data', join(root, 'package.json')]],
])('%s is refused at once, with a code', (_, words) => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), ...words], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringMatching(/E304/) });
});

test('a comparison with a store that another process has is refused before anything is read, and says which and whose', async () => {
  const script = `import { lock } from ${JSON.stringify(join(root, 'src/store/lock.ts'))}; lock(process.argv[1]); console.log('mine'); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, bare], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(owner.stdout, 'data');
    const words = ['evaluate', '--truth', join(recorded, 'truth.jsonl'), '--data', data, '--compare', bare];
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), ...words], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`${bare} is in use by process ${owner.pid}`);
    expect(stderr).toContain('E301');
  } finally {
    owner.kill('SIGKILL');
  }
});
