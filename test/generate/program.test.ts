import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';

/** The program: what it writes into a folder, and what it leaves alone. */

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-generate-'));
const out = join(folder, 'out');
const spec = join(folder, 'monitoring.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each test starts the program several times, which a busy machine takes its time for. */
vi.setConfig({ testTimeout: 120_000 });

const unmasq = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  return { status, stdout, stderr };
};
const generate = (...words: readonly string[]) => unmasq('generate', 'terraform', spec, '--out', out, ...words);
const textOf = (name: string): string => readFileSync(join(out, name), 'utf8');
const all = (): readonly string[] => readdirSync(out).map((name) => `${name}\n${textOf(name)}`);

beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  writeFileSync(
    spec,
    [
      'cluster: { name: shop, resourceGroup: rg-shop, region: westeurope, nodes: { now: 12 } }',
      'workspace: {}',
      'inventory: {}',
      'queryPack: true',
      '',
    ].join('\n'),
  );
});

test('a folder is made, a second time nothing is written, and the check finds nothing', () => {
  expect(generate().status).toBe(0);
  const before = all();
  expect(generate()).toMatchObject({ status: 0, stdout: '' });
  expect(all()).toEqual(before);
  expect(generate('--check')).toMatchObject({ status: 0, stdout: '' });
  expect(unmasq('audit', out, '--fail-on', 'note').status).toBe(0);
});

test('another spec is drift: told with a diff that git applies, then written; what goes is named and stays', () => {
  generate();
  const check = generate('--check', '--set', 'inventory.interval=5m', '--set', 'queryPack=false');
  expect(check.status).toBe(3);
  expect(check.stdout).toContain(
    '-          interval               = "1m"\n+          interval               = "5m"\n',
  );
  expect(check.stderr).toContain('still there: query-pack.tf');
  const patched = join(folder, 'patched');
  cpSync(out, patched, { recursive: true });
  expect(spawnSync('git', ['apply'], { cwd: patched, input: check.stdout }).status).toBe(0);
  expect(generate('--set', 'inventory.interval=5m', '--set', 'queryPack=false').status).toBe(0);
  expect(readdirSync(patched).map((name) => readFileSync(join(patched, name), 'utf8'))).toEqual(
    readdirSync(out).map(textOf),
  );
  expect(readdirSync(out)).toContain('query-pack.tf');
});

test('for programs each file has its content, its hash and its state', () => {
  const states = (...words: readonly string[]) => {
    const { status, stdout } = generate('-o', 'json', ...words);
    const {
      folder: at,
      written,
      files,
      left,
    } = JSON.parse(stdout) as {
      readonly folder: string;
      readonly written: boolean;
      readonly files: readonly {
        readonly name: string;
        readonly hash: string;
        readonly state: string;
        readonly content: string;
      }[];
      readonly left: readonly string[];
    };
    expect(at).toBe(out);
    for (const { hash, content } of files) expect(content).toContain(`unmasq:generated ${hash}`);
    return { status, written, left, ...Object.fromEntries(files.map(({ name, state }) => [name, state])) };
  };
  expect(states('--check')).toMatchObject({ status: 3, written: false, 'cluster.tf': 'new', 'query-pack.tf': 'new' });
  expect(states()).toMatchObject({ status: 0, written: true, 'cluster.tf': 'new' });
  expect(states()).toMatchObject({ status: 0, written: false, 'cluster.tf': 'same' });
  writeFileSync(join(out, 'collection.tf'), textOf('collection.tf').replace('"1m"', '"2m"'));
  writeFileSync(join(out, 'outputs.tf'), '# ours\n');
  expect(states('--check', '--set', 'workspace.retentionDays=60', '--set', 'queryPack=false')).toMatchObject({
    status: 3,
    written: false,
    left: ['query-pack.tf'],
    'cluster.tf': 'same',
    'workspace.tf': 'changed',
    'collection.tf': 'edited',
    'outputs.tf': 'foreign',
  });
});

test('what somebody edited, or wrote, is not written over, and neither is anything beside it', () => {
  generate();
  writeFileSync(join(out, 'collection.tf'), textOf('collection.tf').replace('"1m"', '"2m"'));
  writeFileSync(join(out, 'outputs.tf'), '# ours\n');
  const before = all();
  const refused = generate('--set', 'workspace.retentionDays=60');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('E528');
  expect(refused.stderr).toContain('collection.tf was edited by hand; outputs.tf was never written by unmasq');
  expect(all()).toEqual(before);
  expect(generate('--check').status).toBe(3);
  expect(generate('--force').status).toBe(0);
  expect(generate('--check').status).toBe(0);
});

test('where one file cannot be written none is', () => {
  generate();
  rmSync(join(out, 'workspace.tf'));
  mkdirSync(join(out, 'workspace.tf'));
  const others = () =>
    readdirSync(out)
      .filter((name) => name !== 'workspace.tf')
      .map((name) => `${name}\n${textOf(name)}`);
  const before = others();
  const refused = generate('--set', 'cluster.name=other');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/E527\]\n.*workspace\.tf: it is a folder/);
  expect(others()).toEqual(before);
});

test('what a run leaves that was killed half-way is drift, and the next run puts it right', () => {
  generate();
  const half = join(folder, 'half');
  const words = ['generate', 'terraform', spec, '--set', 'cluster.name=other'];
  unmasq(...words, '--out', half);
  cpSync(join(half, 'cluster.tf'), join(out, 'cluster.tf'));
  cpSync(join(half, 'workspace.tf'), join(out, 'workspace.tf.1.part'));
  // of a process that is gone
  writeFileSync(
    join(out, '.unmasq-generate.lock'),
    JSON.stringify({ pid: 999_999_999, host: hostname(), started: '1' }),
  );
  expect(generate('--check').status).toBe(3);
  expect(unmasq(...words, '--out', out, '--check').status).toBe(3);
  expect(unmasq(...words, '--out', out).status).toBe(0);
  expect(unmasq(...words, '--out', out, '--check').status).toBe(0);
  expect(readdirSync(out)).toEqual(readdirSync(half));
});

test('of several runs at once each writes all of its files, or is told of the other', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const ends = await Promise.all(
    names.map(
      (name) =>
        new Promise<{ readonly status: number | null; readonly said: string }>((resolve) => {
          const words = ['generate', 'terraform', spec, '--out', out, '--set', `cluster.name=${name}`];
          const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...words], {
            env: { PATH: process.env['PATH'], HOME: folder },
          });
          let said = '';
          child.stderr.on('data', (piece: Buffer) => {
            said += piece.toString();
          });
          child.on('close', (status) => resolve({ status, said }));
        }),
    ),
  );
  for (const { status, said } of ends)
    if (status !== 0) expect({ status, said }).toEqual({ status: 1, said: expect.stringContaining('E529') });
  expect(ends.some(({ status }) => status === 0)).toBe(true);
  expect(names.filter((name) => generate('--check', '--set', `cluster.name=${name}`).status === 0)).toHaveLength(1);
});

test('of a configuration the values of its variables count, and of a plan what it makes', () => {
  const infra = join(folder, 'infra');
  mkdirSync(infra, { recursive: true });
  writeFileSync(
    join(infra, 'main.tf'),
    [
      'variable "days" { type = number }',
      'resource "azurerm_network_watcher_flow_log" "f" {',
      '  name = "f"',
      '  target_resource_id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"',
      '  retention_policy {',
      '    enabled = true',
      '    days    = var.days',
      '  }',
      '}',
      '',
    ].join('\n'),
  );
  const values = join(folder, 'prod.tfvars');
  writeFileSync(values, 'days = 21\n');
  const plan = join(folder, 'plan.json');
  const made = { enabled: true, days: 23 };
  const resource = {
    address: 'azurerm_network_watcher_flow_log.f',
    mode: 'managed',
    type: 'azurerm_network_watcher_flow_log',
    name: 'f',
    values: { name: 'f', retention_policy: [made] },
  };
  writeFileSync(
    plan,
    JSON.stringify({
      format_version: '1.2',
      terraform_version: '1.9.0',
      planned_values: { root_module: { resources: [resource] } },
      configuration: { root_module: {} },
    }),
  );
  const days = (...words: readonly string[]) =>
    /days += (\d+)/.exec(unmasq('generate', 'terraform', '--file', 'flow-logs.tf', ...words).stdout)?.[1];
  expect(days('--from', infra)).toBe('7');
  expect(days('--from', infra, '--var', 'days=22')).toBe('22');
  expect(days('--from', infra, '--var-file', values)).toBe('21');
  expect(days('--plan', plan)).toBe('23');
});

test.each([
  [['generate', 'terraform', '/x.yaml', '--var', 'a=1'], 2, '--var has no meaning'],
  [['generate', 'terraform', '/x.yaml', '--plan', 'p.json'], 2, '--plan and a spec contradict each other'],
  [['generate', 'terraform', '--from', '/', '--var', 'a'], 2, 'expected NAME=VALUE'],
  [['generate', 'terraform', '--from', root, '--var-file', '/nowhere'], 1, '--var-file /nowhere cannot be read'],
  [['generate'], 2, 'E10'],
  [['generate', 'bicep'], 2, 'E10'],
  [['generate', 'terraform'], 2, 'of which spec?'],
  [['generate', 'alerts', '--check'], 2, '--out'],
  [['generate', 'alerts', '--file', 'x.tf'], 2, 'azure-alerts.tf'],
  [['generate', 'terraform', '/nowhere.yaml'], 2, 'E521'],
] as const)('unmasq %j ends with %i and says what is missing', (words, status, says) => {
  const ran = unmasq(...words);
  expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status, stdout: '' });
  expect(ran.stderr).toContain(says);
});

test('a spec that Azure would not take is refused with what would do', () => {
  const ran = generate('--set', 'egress.loadBalancer.portsPerNode=64000');
  expect(ran.status).toBe(2);
  expect(ran.stderr).toContain('addresses would do');
});

test('to standard output goes one language', () => {
  const { stdout, stderr, status } = unmasq('generate', 'rbac');
  expect(status).toBe(0);
  expect(stdout).toContain('azurerm_role_assignment');
  expect(stdout).not.toContain('ClusterRole');
  expect(stderr).toContain('kubernetes-rbac.yaml');
  expect(unmasq('generate', 'rbac', '--file', 'kubernetes-rbac.yaml').stdout).toContain('kind: ClusterRole\n');
});
