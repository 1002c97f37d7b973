import { parseCidr, parseIp } from '../../src/base/ip.ts';
import type { ConsolePage } from '../../src/contract/console-pages.ts';
import type { PageWord } from '../state/view.ts';

/** Where what was typed into the search box leads. */
export interface Found {
  readonly page: ConsolePage;
  readonly words: Partial<Readonly<Record<PageWord, string>>>;
  /** What it was taken for. */
  readonly says: string;
}

const FLOW = /^f_[0-9a-z]{10,40}$/;
const ENDPOINT = /^(\[[0-9a-fA-F:.]+\]|[\d.]+):\d{1,5}$/;
const UUID = /^\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?$/;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const REQUEST_ID = /^\|[^\s]+$/;
const HEX = /^[0-9a-fA-F]{16,40}$/;
const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]*)\.)+[a-z]{2,63}\.?(?::\d{1,5})?$/i;
const WORKLOAD = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$/;
const TUPLE = /\d+:\d+\s*(?:-+>?|→)\s*[\d[]/;

/** Longest log line that an address of the server takes. */
const MOST_PASTED = 4_000;

/** null: nothing was typed. */
export const searchFor = (typed: string): Found | null => {
  const text = typed.trim();
  if (text === '') return null;
  if (FLOW.test(text)) return { page: '/flows', words: { flow: text }, says: 'a flow: the evidence for it' };
  const bare = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/\/(?:tcp|udp)$/i, '');
  if (parseIp(bare).ok || ENDPOINT.test(bare) || parseCidr(bare).ok)
    return { page: '/who', words: { dest: text }, says: 'a destination: who talked to it' };
  const [, traceId] = TRACEPARENT.exec(text) ?? [];
  if (traceId !== undefined)
    return { page: '/trace', words: { id: text }, says: 'a traceparent: what happened to the request' };
  if (UUID.test(text) || HEX.test(text) || REQUEST_ID.test(text))
    return { page: '/trace', words: { id: text }, says: 'a correlation id: what happened to the request' };
  if (/\s/.test(text) || text.length > 300) {
    const line = text.replace(/\s+/g, ' ').slice(0, MOST_PASTED);
    return {
      page: '/who',
      words: { dest: line },
      says: TUPLE.test(line) ? 'a connection: who it was' : 'a log line: who it was about',
    };
  }
  if (HOST.test(bare) && !text.includes('/'))
    return { page: '/who', words: { dest: text }, says: 'a host name: who talked to it' };
  if (WORKLOAD.test(text))
    return { page: '/flows', words: { where: `workload = ${text}` }, says: 'a workload or pod: what it sent' };
  return { page: '/who', words: { dest: text.slice(0, MOST_PASTED) }, says: 'a line: who it was about' };
};
