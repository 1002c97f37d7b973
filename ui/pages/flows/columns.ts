import { bytes, count } from '../../../src/base/number-text.ts';
import type { Flow } from '../../../src/contract/answers.ts';
import { type Clock, duration } from '../../format.ts';
import { senderOf } from '../../parts/sender.ts';

/** A column of the table; `verdict` and the way to the evidence are drawn by the table itself. */
export interface FlowColumn {
  readonly name: string;
  readonly head: string;
  /** Pixels. */
  readonly width: number;
  readonly isNumber?: boolean;
  readonly isMono?: boolean;
  readonly of: (flow: Flow, clock: Clock) => string;
}

const end = (ip: string | null, port: number | null): string =>
  ip === null ? '–' : port === null ? ip : ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

export const FLOW_COLUMNS: readonly FlowColumn[] = [
  { name: 'begin', head: 'Began', width: 200, isNumber: true, of: ({ begin }, clock) => clock.full(begin) },
  {
    name: 'verdict',
    head: 'Verdict',
    width: 208,
    of: ({ verdict, reason }) => `${verdict}${reason === null ? '' : ` ${reason}`}`,
  },
  { name: 'from', head: 'From', width: 280, of: senderOf },
  {
    name: 'dest',
    head: 'To',
    width: 210,
    isMono: true,
    of: ({ destIp, destPort, protocol }) => `${end(destIp, destPort)}/${protocol}`,
  },
  { name: 'out', head: 'Out', width: 78, isNumber: true, of: ({ bytesOut }) => bytes(bytesOut) },
  { name: 'in', head: 'In', width: 78, isNumber: true, of: ({ bytesIn }) => bytes(bytesIn) },
  { name: 'wire', head: 'On the wire', width: 170, isMono: true, of: ({ srcIp, srcPort }) => end(srcIp, srcPort) },
  {
    name: 'pod',
    head: 'Pod address',
    width: 160,
    isMono: true,
    of: ({ pod }) => (pod === null ? '–' : end(pod.ip, pod.port)),
  },
  {
    name: 'lasted',
    head: 'Lasted',
    width: 84,
    isNumber: true,
    of: ({ begin, end: until }) => (until === null ? 'open' : duration(Date.parse(until) - Date.parse(begin))),
  },
  { name: 'node', head: 'Node', width: 280, of: ({ node }) => node ?? '–' },
  { name: 'path', head: 'Left by', width: 120, of: ({ egressPath }) => egressPath },
  { name: 'decision', head: 'Decision', width: 90, of: ({ decision }) => decision },
  { name: 'rule', head: 'Rule', width: 260, of: ({ rule }) => rule ?? '–' },
  {
    name: 'packets',
    head: 'Packets',
    width: 110,
    isNumber: true,
    of: ({ packetsOut, packetsIn }) => `${count(packetsOut)} / ${count(packetsIn)}`,
  },
  { name: 'seen', head: 'Seen by', width: 150, of: ({ observedBy }) => observedBy.join(', ') },
  { name: 'evidence', head: 'Evidence', width: 170, of: ({ evidence }) => evidence.join(', ') },
  { name: 'id', head: 'Id', width: 220, isMono: true, of: ({ flow }) => flow },
];

/** The first column where all flows are of one day: that stands above the table. */
export const BEGAN_THAT_DAY: FlowColumn = {
  name: 'begin',
  head: 'Began',
  width: 112,
  isNumber: true,
  of: ({ begin }, clock) => clock.time(begin),
};

const AT_FIRST = ['begin', 'verdict', 'from', 'dest', 'out', 'in', 'wire'];
const PLACE = 'unmasq.flow-columns';

export const savedColumns = (): readonly string[] => {
  const saved = localStorage.getItem(PLACE)?.split(' ') ?? [];
  const known = saved.filter((name) => FLOW_COLUMNS.some((column) => column.name === name));
  return known.length === 0 ? AT_FIRST : known;
};

export const saveColumns = (names: readonly string[]): void => localStorage.setItem(PLACE, names.join(' '));
