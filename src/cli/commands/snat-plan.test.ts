import { expect, test } from 'vitest';
import type { SnatPlan } from '../../app/snat-plan.ts';
import type { Outside } from '../outside.ts';
import { run } from '../run.ts';

/** Where there is no store, a plan asks nothing of outside: not a server, not the clock. */
const plan = async (...words: readonly string[]) => {
  const said = { out: '', err: '' };
  const sink = (to: keyof typeof said) => ({
    isTTY: false,
    columns: null,
    write: async (text: string) => void (said[to] += text),
  });
  const outside = {
    stdout: sink('out'),
    stderr: sink('err'),
    env: {},
    version: '0',
    holdsStore: async () => false,
  } as unknown as Outside;
  return { code: await run(['snat', 'plan', ...words], outside), ...said };
};
const report = async (...words: readonly string[]): Promise<SnatPlan> =>
  JSON.parse((await plan(...words, '-o', 'json')).out) as SnatPlan;

const NOW = ['--now', 'nodes=48,surge=2'];
const PEAK = ['--peak', '203.0.113.66:443=700'];

test('growing from 48 to 60 nodes halves the ports of a node: not enough, and what would be', async () => {
  const { code, out, err } = await plan(...NOW, '--nodes', '60', ...PEAK);
  expect({ code, out }).toEqual({
    code: 3,
    out: `                         NOW                            THEN
egress                   load balancer                  load balancer
nodes                    48, 50 in an upgrade           60, 62 in an upgrade
outbound addresses       1                              1
idle timeout             30 min                         30 min
a node has               1,024 ports by Azure's table   512 ports by Azure's table
needed                   700                            700
left over                324                            -188
enough                   yes                            no
nodes it is enough for   48                             48

Steps:
  at 51 nodes a node has 512 ports, below 1,024

A month:
        0.00  nothing changes (list prices of 2025, USD; yours differ by region and contract)

Assumed:
  a load balancer keeps a port 240 s after FIN, 15 s after RST, 30 min in silence; after an end it is kept from the same destination alone (cool-down); the times after FIN and RST are those of older copies of Microsoft's page
  a NAT gateway keeps a port 65 s after FIN, 16 s after RST, 30 s without an answer to SYN, 240 s in silence, 65 s after the last datagram, 240 s of datagrams in silence; after an end it is kept from the same destination alone (cool-down)
  connections that were reset are counted as those that ended with FIN (240 s at a load balancer in place of 15): no source tells the two apart, so what they hold is told at the most

Before you do it:
  an upgrade brings up to 62 nodes for its time: that is what the figures are for
`,
  });
  expect(err).toMatch(
    /512 ports .* 700 are needed: not enough, up to 48 nodes\nnext: .*--outbound-ips 1 --ports-per-node 880/,
  );
  const { code: then } = await plan(...NOW, '--nodes', '60', ...PEAK, '--outbound-ips', '1', '--ports-per-node', '880');
  expect(then).toBe(0);
});

test('what sets it so is told as Terraform and as a line of az', async () => {
  const { terraform, commands, cost } = await report(
    ...NOW,
    '--outbound-ips',
    '2',
    '--ports-per-node',
    '1600',
    '--idle-timeout',
    '10',
  );
  expect(terraform).toContain(`      managed_outbound_ip_count = 2
      outbound_ports_allocated  = 1600
      idle_timeout_in_minutes   = 10
`);
  expect(commands).toEqual([
    'az aks update --resource-group "$RESOURCE_GROUP" --name "$CLUSTER" --load-balancer-managed-outbound-ip-count 2 --load-balancer-outbound-ports 1600 --load-balancer-idle-timeout 10',
  ]);
  expect(cost.monthlyChange).toBe(3.65);
});

test.each<[string, readonly string[], RegExp, RegExp]>([
  [
    'a NAT gateway in a network of your own',
    ['--nat-gateway', '2'],
    /resource "azurerm_nat_gateway".*azurerm_subnet_nat_gateway_association.*outbound_type = "userAssignedNATGateway"/s,
    /--outbound-type userAssignedNATGateway$/,
  ],
  [
    'a NAT gateway that AKS makes',
    ['--nat-gateway', '2', '--managed-network'],
    /^(?!.*azurerm_nat_gateway).*outbound_type = "managedNATGateway".*managed_outbound_ip_count = 2/s,
    /--outbound-type managedNATGateway --nat-gateway-managed-outbound-ip-count 2 --nat-gateway-idle-timeout 4$/,
  ],
  [
    'back to the load balancer',
    ['--now', 'nodes=48,nat-gateway=2', '--ports-per-node', '1024'],
    /outbound_type = "loadBalancer".*outbound_ports_allocated {2}= 1024/s,
    /--outbound-type loadBalancer --load-balancer-managed-outbound-ip-count 1 --load-balancer-outbound-ports 1024/,
  ],
])('%s', async (_, words, terraform, command) => {
  const made = await report(...NOW, ...words);
  expect(made.terraform).toMatch(terraform);
  expect(made.commands.join('\n')).toMatch(command);
  expect(made.notes[0]).toMatch(/public addresses change/);
});

test('more addresses of a NAT gateway of your own are added to it: nothing else is made', async () => {
  const { terraform, commands, notes } = await report('--now', 'nodes=48,nat-gateway=1', '--nat-gateway', '3');
  expect(terraform).not.toMatch(/resource "azurerm_nat_gateway" |kubernetes_cluster|subnet/);
  expect(terraform).toMatch(/"azurerm_public_ip" "egress_more" \{\n {2}count {15}= 2\n.*public_ip_association/s);
  expect(commands).toEqual([
    expect.stringMatching(/^az network public-ip create .*aks-egress-more-0 --sku Standard/),
    expect.stringMatching(/^az network public-ip create .*aks-egress-more-1 --sku Standard/),
    expect.stringMatching(
      /^az network nat gateway update .*--idle-timeout 4 --public-ip-addresses \$\(az .* -o tsv\) aks-egress-more-0 aks-egress-more-1$/,
    ),
  ]);
  expect(notes.join('\n')).toMatch(/2 public addresses are added.*told of them first/);
  expect(notes.join('\n')).not.toMatch(/terraform plan/);
});

test.each<[string, readonly string[], RegExp, RegExp, RegExp]>([
  ['fewer', ['--nat-gateway', '1'], /^# of its .*take 2 away$/, /\$STAY # all but 2/, /2 public addresses go/],
  [
    'another idle timeout',
    ['--idle-timeout', '10'],
    /^# in the azurerm_nat_gateway .*= 10$/,
    /--idle-timeout 10$/,
    /hold/,
  ],
])('of a NAT gateway of your own: %s', async (_, words, terraform, command, note) => {
  const made = await report('--now', 'nodes=48,nat-gateway=3', ...words);
  expect(made.terraform).toMatch(terraform);
  expect(made.commands.join('\n')).toMatch(command);
  expect(made.notes.join('\n')).toMatch(note);
});

test.each<[string, readonly string[], RegExp]>([
  ['leaving the load balancer, for your own gateway', ['--nat-gateway', '2'], /but for load_balancer_profile/],
  ['for one that AKS makes', ['--nat-gateway', '2', '--managed-network'], /but for load_balancer_profile/],
  ['and back', ['--now', 'nodes=48,nat-gateway=2', '--ports-per-node', '1024'], /but for nat_gateway_profile/],
  ['all of it where the outbound type stays', ['--outbound-ips', '2'], /already stays\n/],
])('what of the cluster stays as it is: %s', async (_, words, says) => {
  expect((await report(...NOW, ...words)).terraform).toMatch(says);
});

test.each<[string, readonly string[], object]>([
  [
    'what nobody says is as AKS sets it',
    ['--nodes', '3'],
    { outboundIps: 1, portsPerNode: 0, idleMinutes: 30, nodesInUpgrade: 4 },
  ],
  [
    'what is not said of then stays',
    [...NOW, '--idle-timeout', '10'],
    { nodes: 48, nodesInUpgrade: 50, idleMinutes: 10 },
  ],
  [
    'a NAT gateway without a number has one address',
    [...NOW, '--nat-gateway'],
    { egressPath: 'nat-gateway', outboundIps: 1, idleMinutes: 4 },
  ],
  [
    'more addresses of the gateway that is there',
    ['--now', 'nodes=48,nat-gateway', '--outbound-ips', '3'],
    { egressPath: 'nat-gateway', outboundIps: 3 },
  ],
  [
    'its idle timeout',
    ['--now', 'nodes=48,nat-gateway=2,idle-timeout=10', '--nodes', '60'],
    { egressPath: 'nat-gateway', outboundIps: 2, idleMinutes: 10 },
  ],
  ['all destinations together', [...NOW, '--peak', '900'], { need: { atLeast: 900, atMost: 900 } }],
  ['UDP by its name', [...NOW, '--peak', 'a=900', '--peak', 'b/udp=800'], { need: { atLeast: 900, atMost: 900 } }],
  [
    'what a second opens',
    [...NOW, '--nat-gateway', '--peak', 'a=700', '--opens', 'a=2.5'],
    { need: { atLeast: 263 * 50, atMost: 263 * 50 } },
  ],
  [
    'what a second opens bounds the ports of a load balancer too',
    [...NOW, '--peak', 'a=700', '--opens', 'a=5'],
    { need: { atLeast: 1_200, atMost: 1_200 }, isEnough: 'no' },
  ],
])('%s', async (_, words, after) => {
  expect((await report(...words)).after).toMatchObject(after);
});

test('a private endpoint: its share of the ports, and what is not known of the bill', async () => {
  const { privateEndpoints, after, cost, completeness } = await report(
    ...NOW,
    '--peak',
    'a=600',
    '--peak',
    'b=200',
    '--private-endpoint',
    'a',
  );
  expect(privateEndpoints).toEqual([{ dest: 'a', ports: 600, share: 0.75 }]);
  expect(after.need).toEqual({ atLeast: 200, atMost: 200 });
  expect(cost).toMatchObject({ monthlyChange: 7.3, unknown: ['data through the private endpoints'] });
  expect(completeness.complete).toBe(false);
});

test('for how long ports are held is told of a load balancer and of a NAT gateway, with the idle timeouts that are set', async () => {
  const { assumed } = await report(...NOW, '--idle-timeout', '10', '--peak', 'a=700', '--opens', 'a=5');
  expect(assumed).toEqual([
    expect.stringMatching(/^a load balancer .*240 s after FIN, 15 s after RST, 10 min in silence; .*cool-down/),
    expect.stringMatching(/^a NAT gateway .*65 s after FIN, 16 s after RST, .*240 s in silence, .*cool-down/),
    expect.stringMatching(/reset are counted as those that ended with FIN/),
    '5 connections a second to a keep more than the 700 ports that were given, so theirs count',
  ]);
});

test('a private endpoint of an address takes every port of it', async () => {
  const peaks = ['203.0.113.66:443=600', '203.0.113.66:5432=100', '203.0.113.67:443=200'];
  const { privateEndpoints, after } = await report(
    ...NOW,
    ...peaks.flatMap((peak) => ['--peak', peak]),
    '--private-endpoint',
    '203.0.113.66',
  );
  expect(privateEndpoints).toEqual([{ dest: '203.0.113.66', ports: 700, share: 700 / 900 }]);
  expect(after.need).toEqual({ atLeast: 200, atMost: 200 });
});

test.each<[string, readonly string[], RegExp]>([
  ['no number of nodes', [], /how many nodes\?.*E103/],
  [
    'ports that are no multiple of 8',
    ['--nodes', '3', '--ports-per-node', '1001'],
    /Azure would refuse.*E105.*\n.*multiple of 8/,
  ],
  [
    'more ports than the addresses have',
    ['--nodes', '60', '--ports-per-node', '1600'],
    /64,000 × 1 .*1,600 ports × 66 nodes.*2 addresses would do/,
  ],
  [
    'settings of now that there cannot be',
    ['--now', 'nodes=60,ports-per-node=1600', '--outbound-ips', '2'],
    /--now: Azure has no such settings/,
  ],
  ['17 addresses of a NAT gateway', ['--nodes', '3', '--nat-gateway', '17'], /1 to 16 outbound addresses/],
  [
    'ports of a node at a NAT gateway',
    ['--nodes', '3', '--nat-gateway', '--ports-per-node', '64'],
    /contradict each other/,
  ],
  ['a setting that there is not', ['--now', 'nodes=3,colour=red'], /colour=red: expected nodes/],
  ['a setting without a value', ['--now', 'nodes'], /expected a value, as nodes=1/],
  ['nodes that are none', ['--nodes', '0'], /--nodes 0: expected a whole number from 1/],
  ['a surge that is none', ['--nodes', '3', '--surge', '101%'], /--surge 101%/],
  ['a peak without a destination', ['--nodes', '3', '--peak', '=3'], /expected DEST=NUMBER/],
  ['a peak that is no number', ['--nodes', '3', '--peak', 'a=many'], /--peak a=many: expected a whole number from 0/],
  ['a peak twice', ['--nodes', '3', '--peak', 'a=1', '--peak', 'a=2'], /--peak a: said twice/],
  ['a rate of what has no peak', ['--nodes', '3', '--opens', 'a=1'], /there is no --peak of it/],
  [
    'a rate of all destinations',
    ['--nodes', '3', '--peak', '9', '--opens', '1'],
    /--opens 1: expected DEST=NUMBER.*\n.*own destination alone/,
  ],
  ['a rate of datagrams', ['--nodes', '3', '--peak', 'a/udp=9', '--opens', 'a/udp=1'], /datagrams do not close/],
  ['a range of time, where there is no store', ['--nodes', '3', '--since', '1h'], /E104/],
])('%s is refused', async (_, words, says) => {
  expect(await plan(...words)).toEqual({ code: 2, out: '', err: expect.stringMatching(says) });
});
