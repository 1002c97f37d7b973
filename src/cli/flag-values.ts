import { parseEndpoint, only } from '../app/address.ts';
import { parseCidr } from '../base/ip.ts';
import { parsePort } from '../base/port.ts';
import { type EndpointBlock, VERDICT_KINDS, type VerdictKind } from '../core/ports.ts';
import { type Given, oneOf } from './globals.ts';
import { refuse } from './refused.ts';

/** What commander calls a flag: `token-file` is `tokenFile`. */
export const memberOf = (flag: string): string =>
  flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The other way round. */
export const flagOf = (member: string): string =>
  `--${member.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const texts = (given: Given, name: string): readonly string[] => {
  const value = given[name];
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
};

export const textOf = (given: Given, name: string): string | null => texts(given, name)[0] ?? null;

/** `--verdict exact,node --verdict ambiguous`. */
export const verdicts = (given: Given): readonly VerdictKind[] =>
  texts(given, 'verdict')
    .flatMap((text) => text.split(','))
    .map((word) => oneOf('--verdict', word.trim().toLowerCase(), VERDICT_KINDS));

export const ports = (given: Given, name: string, flag: string): readonly number[] =>
  texts(given, name).map((text) => {
    const port = parsePort(text);
    return port.ok ? port.value : refuse('E105', `${flag}: ${port.problem}`);
  });

const PROTOCOLS = /^(?:tcp|udp|icmp|icmpv6|sctp|(?:1?\d{1,2}|2[0-4]\d|25[0-5]))$/;

/** `--proto tcp`, or the number that IANA gave it. */
export const protocols = (given: Given): readonly string[] =>
  texts(given, 'proto').map((text) => {
    const name = text.toLowerCase();
    return PROTOCOLS.test(name)
      ? name
      : refuse('E105', `--proto ${text}: expected tcp, udp, icmp, icmpv6, sctp, or a number up to 255`);
  });

/** More than anybody means, and few enough to be reckoned with. */
const MOST = 999_999_999;

export const wholeNumber = (given: Given, name: string, flag: string, most = MOST): number | null => {
  const text = textOf(given, name);
  if (text === null) return null;
  return /^[1-9]\d{0,8}$/.test(text) && Number(text) <= most
    ? Number(text)
    : refuse('E105', `${flag} ${text}: expected a whole number from 1 to ${most}`);
};

/** More than this is no picture of anything. */
export const MOST_STEPS = 1_000;

/** `--steps`: `line` is what a line of JSON lines or CSV is about, which has no place for them. */
export const stepsOf = (given: Given, output: string, line: string): number | null => {
  const steps = wholeNumber(given, 'steps', '--steps', MOST_STEPS);
  if (steps === null) return null;
  if (output === 'csv' || output === 'jsonl')
    refuse('E105', `-o ${output} has one line for each ${line}: --steps has no place there`, {
      fix: 'Use -o table, json or yaml.',
    });
  return steps;
};

/** IP, CIDR or IP:PORT, each with its own port. */
export const endpoints = (given: Given, name: string, flag: string): readonly EndpointBlock[] =>
  texts(given, name).map((text) => {
    const endpoint = parseEndpoint(text);
    if (endpoint !== undefined)
      return endpoint.port === null ? only(endpoint.ip) : { ...only(endpoint.ip), port: endpoint.port };
    const cidr = parseCidr(text);
    return cidr.ok ? cidr.value : refuse('E105', `${flag} ${text}: expected an IP, a CIDR or IP:PORT`);
  });
