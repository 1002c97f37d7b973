import type { Ip } from '../base/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { parseEndpoint } from './address.ts';
import { type Trouble, trouble } from './errors.ts';
import { readPasted } from './pasted-line.ts';

/** How a user names one flow: by its id, or by what is on the wire. */
export type FlowName =
  | { readonly kind: 'id'; readonly id: string }
  | {
      readonly kind: 'tuple';
      readonly srcIp: Ip;
      readonly srcPort: number | null;
      readonly destIp: Ip;
      readonly destPort: number | null;
      readonly protocol: string | null;
    };

/**
 * `f_…`, or `10.224.0.4:41822-203.0.113.66:443/tcp`; the parts may be joined by `-`, `->`, `→`, `to` or a blank.
 * A pasted line that states both ends with their ports names its flow too.
 */
export const parseFlowName = (given: string): Result<FlowName, Trouble> => {
  const text = given.trim();
  if (/^f_[A-Za-z0-9_-]{1,64}$/.test(text)) return ok({ kind: 'id', id: text });
  const refuse = fail(trouble('E114', `"${text.slice(0, 120)}" names no flow`));
  if (text.length > MAX_PASTED) return refuse;
  const [ends = '', protocol] = text.split('/');
  const parts = ends.split(/\s*(?:->|→|-|\bto\b|,)\s*|\s+/).filter((part) => part !== '');
  const src = parseEndpoint(parts[0] ?? '');
  const dest = parseEndpoint(parts[1] ?? '');
  const known = protocol === undefined || /^(?:tcp|udp|icmp|sctp|\d{1,3})$/i.test(protocol);
  if (src === undefined || dest === undefined || parts.length !== 2 || !known) return pastedTuple(text) ?? refuse;
  return ok({
    kind: 'tuple',
    srcIp: src.ip,
    srcPort: src.port,
    destIp: dest.ip,
    destPort: dest.port,
    protocol: protocol?.toLowerCase() ?? null,
  });
};

/** A log line is shorter; a longer text is a file that was pasted by mistake. */
const MAX_PASTED = 65_536;

const pastedTuple = (text: string): Result<FlowName, Trouble> | undefined => {
  const pasted = readPasted(text);
  if (!pasted.ok) return undefined;
  const { srcIp, srcPort, destIp, destPort, protocol } = pasted.value;
  return srcIp === null || srcPort === null || destPort === null
    ? undefined
    : ok({ kind: 'tuple', srcIp, srcPort, destIp, destPort, protocol });
};
