import type { Instant } from '../base/instant.ts';
import { type Cidr, parseCidr } from '../base/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isPublic, only, parseEndpoint, renderEndpoint } from './address.ts';
import type { Connection } from './connection.ts';
import { type Trouble, trouble } from './errors.ts';
import { readPasted } from './pasted-line.ts';

/** What `who` is asked about. */
export interface Destination {
  /** As a person would write it. */
  readonly text: string;
  readonly dest: readonly Cidr[];
  readonly destPorts: readonly number[];
  readonly srcIps: readonly Cidr[];
  readonly srcPorts: readonly number[];
  readonly protocols: readonly string[];
  /** The moment that a pasted line states. */
  readonly at: Instant | null;
  /** How it was understood, where that is not plain to see. */
  readonly notes: readonly string[];
}

export type Asked =
  | { readonly kind: 'address'; readonly destination: Destination }
  | { readonly kind: 'host'; readonly name: string };

/** A log line is shorter; a longer text is a file that was pasted by mistake. */
const MAX_PASTED = 65_536;

/** An address, a block, an endpoint, a host name, or a pasted log line of any kind. */
export const parseDestination = (given: string): Result<Asked, Trouble> => {
  const text = given.trim();
  if (text === '') return fail(trouble('E109', 'the destination is empty'));
  if (text.length > MAX_PASTED) {
    return fail(
      trouble('E109', `the destination has ${text.length} characters; a log line of up to ${MAX_PASTED} is read`),
    );
  }
  const plain = parsePlain(text);
  if (plain !== undefined) return plain;
  const pasted = readPasted(text);
  return pasted.ok ? ok(address(fromConnection(pasted.value))) : fail(trouble('E109', pasted.problem));
};

const nothingMore = { destPorts: [], srcIps: [], srcPorts: [], protocols: [], at: null, notes: [] } as const;
const address = (destination: Destination): Asked => ({ kind: 'address', destination });

const parsePlain = (given: string): Result<Asked, Trouble> | undefined => {
  const [text, protocol] = protocolApart(given);
  const bare = text.replace(/^[a-z][a-z0-9+.-]{0,20}:\/\//i, '').replace(/\/[^\d].*$|\/$/, '');
  const endpoint = parseEndpoint(bare);
  if (endpoint !== undefined) {
    const { ip, port } = endpoint;
    return ok(
      address({
        ...nothingMore,
        text: renderEndpoint(ip, port),
        dest: [only(ip)],
        destPorts: port === null ? [] : [port],
        protocols: protocol === null ? [] : [protocol],
      }),
    );
  }
  if (/^[0-9a-fA-F:.]+\/\d+$/.test(text)) {
    const cidr = parseCidr(text);
    return cidr.ok ? ok(address({ ...nothingMore, text, dest: [cidr.value] })) : fail(trouble('E109', cidr.problem));
  }
  if (/^[\d.]+(?::\d+)?$/.test(text)) return fail(trouble('E109', `"${text}" looks like an address and is none`));
  if (SERVICE_TAG.test(text)) {
    return fail(trouble('E111', `"${text}" is a service tag, and no file of service tags can be read yet`));
  }
  const host = /^([A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63}){0,10})\.?(?::\d{1,5})?$/.exec(bare);
  return host === null ? undefined : ok({ kind: 'host', name: (host[1] as string).toLowerCase() });
};

/** `203.0.113.66:443/udp`, as unmasq itself writes destinations. */
const protocolApart = (text: string): readonly [string, string | null] => {
  const written = /^([^/]+)\/(tcp|udp|icmp|icmpv6|sctp)$/i.exec(text);
  return written === null ? [text, null] : [written[1] as string, (written[2] as string).toLowerCase()];
};

/** The tags that people meet; a host name never begins with one of them and a capital. */
const SERVICE_TAG =
  /^(?:Internet|VirtualNetwork|AzureLoadBalancer|Action[GA]\w+|ApiManagement|App(?:Configuration|Service|ServiceManagement)|Azure[A-Z]\w+|BatchNodeManagement|CognitiveService\w+|DataFactory\w*|Dynamics\w+|EventHub|GatewayManager|GuestAndHybridManagement|HDInsight|KustoAnalytics|LogicApps\w*|Microsoft\w+|PowerBI|ServiceBus|ServiceFabric|Sql\w*|Storage\w*)(?:\.[A-Za-z0-9]{2,40})?$/;

const fromConnection = (seen: Connection): Destination => {
  const hidden = seen.srcIp !== null && isPublic(seen.srcIp);
  const source = seen.srcIp === null ? '' : ` from ${renderEndpoint(seen.srcIp, seen.srcPort)}`;
  return {
    text: renderEndpoint(seen.destIp, seen.destPort),
    dest: [only(seen.destIp)],
    destPorts: seen.destPort === null ? [] : [seen.destPort],
    srcIps: seen.srcIp === null || hidden ? [] : [only(seen.srcIp)],
    srcPorts: seen.srcPort === null || hidden ? [] : [seen.srcPort],
    protocols: seen.protocol === null ? [] : [seen.protocol],
    at: seen.at,
    notes: [
      `read as ${seen.form}: ${renderEndpoint(seen.destIp, seen.destPort)}${source}`,
      ...(hidden
        ? [
            'the source is a public address: what the load balancer or NAT gateway put there cannot be reversed, so only destination and time are matched',
          ]
        : []),
    ],
  };
};
