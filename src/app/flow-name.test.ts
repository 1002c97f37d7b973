import { expect, test } from 'vitest';
import { parseFlowName } from './flow-name.ts';

const said = (text: string): string => {
  const name = parseFlowName(text);
  if (!name.ok) return name.problem.code;
  const { value } = name;
  return value.kind === 'id'
    ? value.id
    : `${value.srcIp} ${value.srcPort} ${value.destIp} ${value.destPort} ${value.protocol}`;
};

test.each<[string, string, string]>([
  ['an id', ' f_2o467t8aqxg9s0mwsrtm71 ', 'f_2o467t8aqxg9s0mwsrtm71'],
  ['a tuple', '10.224.0.4:41822-203.0.113.66:443/tcp', '10.224.0.4 41822 203.0.113.66 443 tcp'],
  ['an arrow', '10.224.0.4:41822 -> 203.0.113.66:443', '10.224.0.4 41822 203.0.113.66 443 null'],
  ['IPv6', '[2001:db8::1]:41822 → [2001:db8::2]:443/UDP', '2001:db8::1 41822 2001:db8::2 443 udp'],
  ['addresses alone', '10.224.0.4 203.0.113.66/icmp', '10.224.0.4 null 203.0.113.66 null icmp'],
  [
    'a tuple of a flow log',
    '1795403057003,10.224.0.4,203.0.113.66,41822,443,6,O,B,NX,0,0,0,0',
    '10.224.0.4 41822 203.0.113.66 443 tcp',
  ],
  [
    'a conntrack line: what is on the wire',
    'tcp 6 src=10.244.1.7 dst=203.0.113.66 sport=41822 dport=443 src=203.0.113.66 dst=10.224.0.4 sport=443 dport=41823',
    '10.224.0.4 41823 203.0.113.66 443 tcp',
  ],
  ['a line that states one end only', 'connect to 203.0.113.66:443 failed', 'E114'],
  ['a protocol that is none', '10.224.0.4:41822-203.0.113.66:443/tpc', 'E114'],
  ['one end', '203.0.113.66:443', 'E114'],
  ['words', 'that one', 'E114'],
  ['a whole file', `10.224.0.4:41822 -> 203.0.113.66:443 ${'x'.repeat(70_000)}`, 'E114'],
])('%s', (_, text, expected) => {
  expect(said(text)).toBe(expected);
});
