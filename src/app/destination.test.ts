import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderInstant } from '../base/instant.ts';
import { type Destination, parseDestination } from './destination.ts';

/** `dest:port < src:port proto @time`, as much of it as there is. */
const said = (text: string): string => {
  const asked = parseDestination(text);
  if (!asked.ok) return `${asked.problem.code}: ${asked.problem.what}`;
  return asked.value.kind === 'host' ? `host ${asked.value.name}` : shown(asked.value.destination);
};
const shown = ({ dest, destPorts, srcIps, srcPorts, protocols, at }: Destination): string =>
  [
    dest.map(({ first, last }) => (first === last ? first : `${first}..${last}`)).join('+') +
      destPorts.map((p) => ` :${p}`).join(''),
    ...(srcIps.length > 0
      ? [`< ${srcIps.map(({ first }) => first).join()}${srcPorts.map((p) => ` :${p}`).join('')}`]
      : []),
    ...protocols,
    ...(at === null ? [] : [`@${renderInstant(at)}`]),
  ].join(' ');

test.each<[string, string, string]>([
  ['an IPv4 address', '203.0.113.66', '203.0.113.66'],
  ['an IPv6 address', '2001:DB8::0:1', '2001:db8::1'],
  ['a block', '203.0.113.0/24', '203.0.113.0..203.0.113.255'],
  ['an IPv6 block', '2001:db8::/126', '2001:db8::..2001:db8::3'],
  ['an endpoint', '203.0.113.66:443', '203.0.113.66 :443'],
  ['an IPv6 endpoint', '[2001:db8::1]:443', '2001:db8::1 :443'],
  ['an address of the web', 'https://203.0.113.66:8443/path?x=1', '203.0.113.66 :8443'],
  ['an endpoint and its protocol', '203.0.113.66:443/UDP', '203.0.113.66 :443 udp'],
  ['an address and its protocol', '2001:db8::1/icmpv6', '2001:db8::1 icmpv6'],
  ['a host name', 'Storage.Example.com', 'host storage.example.com'],
  ['a host name with a port', 'db.example.com:5432', 'host db.example.com'],
  [
    'a tuple of a VNet flow log',
    '1795403057003,10.224.0.4,203.0.113.66,41822,443,6,O,B,NX,0,0,0,0',
    '203.0.113.66 :443 < 10.224.0.4 :41822 tcp @2026-11-23T03:04:17.003Z',
  ],
  [
    'the same inside JSON',
    '"flowTuples": ["1795403057003,10.224.0.4,203.0.113.66,41822,443,17,O,B,NX,0,0,0,0"]',
    '203.0.113.66 :443 < 10.224.0.4 :41822 udp @2026-11-23T03:04:17.003Z',
  ],
  [
    'a tuple of an NSG flow log',
    '1795403057,10.224.0.4,203.0.113.66,41822,443,T,O,A,B,,,,',
    '203.0.113.66 :443 < 10.224.0.4 :41822 tcp @2026-11-23T03:04:17.000Z',
  ],
  [
    'a conntrack event: the wire is the reply, turned round',
    '[1795403057.003123]\t    [NEW] tcp 6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=41822 dport=443 [UNREPLIED] src=203.0.113.66 dst=10.224.0.4 sport=443 dport=41823',
    '203.0.113.66 :443 < 10.224.0.4 :41823 tcp @2026-11-23T03:04:17.003Z',
  ],
  [
    'a line of the packet filter',
    'kernel: [UFW BLOCK] IN= OUT=eth0 SRC=10.224.0.4 DST=203.0.113.66 LEN=60 PROTO=TCP SPT=41822 DPT=443',
    '203.0.113.66 :443 < 10.224.0.4 :41822 tcp',
  ],
  [
    'a firewall of another make',
    'date=2026-11-23 srcip=10.224.0.4 srcport=41822 dstip=203.0.113.66 dstport=443 proto=6',
    '203.0.113.66 :443 < 10.224.0.4 :41822 tcp',
  ],
  ['an error message', 'connect to 203.0.113.66:443 failed', '203.0.113.66 :443'],
  [
    'the same with a time',
    '2026-11-23T03:04:17.003Z ERROR dial tcp 203.0.113.66:443: i/o timeout',
    '203.0.113.66 :443 tcp @2026-11-23T03:04:17.003Z',
  ],
  [
    'what Azure Firewall wrote',
    'TCP request from 10.224.0.4:41822 to 203.0.113.66:443. Action: Allow',
    '203.0.113.66 :443 < 10.224.0.4 :41822 tcp',
  ],
  ['an arrow', '10.224.0.4:41822 -> 203.0.113.66:443', '203.0.113.66 :443 < 10.224.0.4 :41822'],
  [
    'what Go prints',
    'read tcp 10.244.1.7:41822->203.0.113.66:443: read: connection reset by peer',
    '203.0.113.66 :443 < 10.244.1.7 :41822 tcp',
  ],
  [
    'a row of AZFWNetworkRule',
    '{"TimeGenerated":"2026-11-23T03:04:17.003Z","Protocol":"TCP","SourceIp":"10.224.0.4","SourcePort":41822,"DestinationIp":"203.0.113.66","DestinationPort":443,"Action":"Deny"}',
    '203.0.113.66 :443 < 10.224.0.4 :41822 tcp @2026-11-23T03:04:17.003Z',
  ],
  [
    'a row of NTANetAnalytics, which packs public destinations',
    '{"FlowStartTime":"2026-11-23T03:04:17Z","SrcIp":"10.224.0.4","DestIp":"","DestPublicIps":"203.0.113.66|12|0|0|10|20|30 ","DestPort":443,"L4Protocol":"T"}',
    '203.0.113.66 :443 < 10.224.0.4 tcp @2026-11-23T03:04:17.000Z',
  ],
  [
    'a nested structured log',
    '{"msg":"failed","server":{"address":"203.0.113.66"},"time":"2026-11-23T03:04:17Z","remote_ip":"203.0.113.66"}',
    '203.0.113.66 @2026-11-23T03:04:17.000Z',
  ],
  [
    'a public source cannot be reversed: it is not matched',
    '{"src_ip":"198.51.100.7","src_port":1030,"dest_ip":"203.0.113.66","dest_port":443}',
    '203.0.113.66 :443',
  ],
  [
    'what nginx says of its upstream',
    '2026/11/23 03:04:17 [error] 31#31: *1 upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.244.1.7, server: _, request: "GET / HTTP/1.1", upstream: "https://203.0.113.66:443/x"',
    '203.0.113.66 :443 < 10.244.1.7',
  ],
  [
    'a line of an access log, whose time has a zone',
    '203.0.113.9 - - [23/Nov/2026:04:04:17 +0100] "GET / HTTP/1.1" 200 612',
    '203.0.113.9 @2026-11-23T03:04:17.000Z',
  ],
  [
    'a time with a blank in the place of the T',
    '2026-11-23 03:04:17.003Z dial tcp 203.0.113.66:443: i/o timeout',
    '203.0.113.66 :443 tcp @2026-11-23T03:04:17.003Z',
  ],
  [
    'a time without a zone, which may be any hour',
    '2026-11-23 03:04:17 dial tcp 203.0.113.66:443: i/o timeout',
    '203.0.113.66 :443 tcp',
  ],
  ['one IPv6 address in prose', 'timeout while talking to [2001:db8::1]:443, giving up', '2001:db8::1 :443'],
])('%s', (_, text, expected) => {
  expect(said(text)).toBe(expected);
});

test.each<[string, string, RegExp]>([
  ['nothing', '  ', /^E109: the destination is empty/],
  ['an address that is none', '203.0.113.256', /^E109: .*looks like an address/],
  ['a block that is none', '203.0.113.0/33', /^E109: expected a block/],
  ['a service tag', 'Storage.WestEurope', /^E111/],
  ['another service tag', 'AzureMonitor', /^E111/],
  ['words without an address', 'the database is slow today', /^E109: no address/],
  [
    'several addresses of which none is the destination',
    'peers 192.0.2.1 192.0.2.2 198.51.100.3',
    /^E109: 3 addresses were found.*192\.0\.2\.1, 192\.0\.2\.2/,
  ],
  ['a whole file', 'x'.repeat(70_000), /^E109: the destination has 70000 characters/],
])('%s is refused with a sentence', (_, text, says) => {
  expect(said(text)).toMatch(says);
});

test('no text makes it throw', () => {
  const pieces = fc.constantFrom(
    'src=',
    'dst=',
    '10.0.0.1',
    ':443',
    '{',
    '}',
    '"DestIp":',
    ',',
    ' to ',
    '->',
    '[',
    ']',
    '::1',
    '/',
    'T',
    '1795403057003',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join('')),
      ),
      (text) => {
        parseDestination(text);
      },
    ),
    { numRuns: 500 },
  );
});

test.each<[string, string]>([
  ['digits', '1'.repeat(65_000)],
  ['colons', ':'.repeat(65_000)],
  ['dots', '1.'.repeat(32_000)],
  ['brackets', '['.repeat(65_000)],
  ['braces', '{"a":'.repeat(13_000)],
  ['commas', ','.repeat(65_000)],
  ['host labels', 'a-'.repeat(32_000)],
  ['spaces', `a${' '.repeat(64_000)}b`],
])('the longest line of %s is answered', (_, text) => {
  expect(said(text)).toMatch(/^(?:E\d|host)/);
});
