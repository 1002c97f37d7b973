import { expect, test } from 'vitest';
import { blindness, hasCilium, showsTranslation } from './translation-seen.ts';

const line = (asks: string, answers: string): string =>
  `[1795401867.032737]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT ${asks} [UNREPLIED] ${answers} id=3545035632`;

test.each<[string, string, boolean | null]>([
  [
    'a pod behind its node',
    line('src=10.244.3.7 dst=203.0.113.9 sport=4 dport=80', 'src=203.0.113.9 dst=10.224.0.4 sport=80 dport=4'),
    true,
  ],
  [
    'a pod with its own address',
    line('src=10.244.3.7 dst=203.0.113.9 sport=4 dport=80', 'src=203.0.113.9 dst=10.244.3.7 sport=80 dport=4'),
    false,
  ],
  [
    'the node itself on another port is no pod',
    line('src=10.224.0.4 dst=203.0.113.9 sport=4 dport=80', 'src=203.0.113.9 dst=10.224.0.4 sport=80 dport=5'),
    false,
  ],
  [
    'a service behind another address is no source translation',
    line('src=10.244.3.7 dst=10.0.0.10 sport=4 dport=53', 'src=10.244.1.2 dst=10.244.3.7 sport=53 dport=4'),
    false,
  ],
  [
    'ICMP has no ports',
    line('src=10.244.3.7 dst=203.0.113.9 type=8 code=0 id=7', 'src=203.0.113.9 dst=10.224.0.4 type=0 code=0 id=7'),
    true,
  ],
  [
    'IPv6',
    line('src=fd00::7 dst=2001:db8::9 sport=4 dport=80', 'src=2001:db8::9 dst=fd00:1::4 sport=80 dport=4'),
    true,
  ],
  ['something else', 'NOTICE: Netlink socket buffer size', null],
  ['one side only', 'udp 17 src=10.244.3.7 dst=203.0.113.9 sport=4 dport=80', null],
])('%s', (_, text, expected) => {
  expect(showsTranslation(text)).toBe(expected);
});

test.each<[string, number, number, boolean, RegExp | null]>([
  ['too few lines say nothing', 1_999, 0, true, null],
  ['one translation is enough', 100_000, 1, true, null],
  ['Cilium is named where it is', 2_000, 0, true, /eBPF/],
  ['without Cilium it is a question', 2_000, 0, false, /own addresses/],
])('%s', (_, looked, translated, isCilium, expected) => {
  const text = blindness(looked, translated, isCilium);
  if (expected === null) expect(text).toBe(null);
  else expect(text).toMatch(expected);
});

test('Cilium is known by its link', () => {
  const head = 'Inter-|   Receive\n face |bytes\n';
  expect([hasCilium(`${head}    lo: 1\ncilium_host: 2\n`), hasCilium(`${head}  eth0: 1 cilium_host:\n`)]).toEqual([
    true,
    false,
  ]);
});
