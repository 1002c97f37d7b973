import { IP_BYTES, renderIp } from '../../base/ip.ts';
import { CONNTRACK_KINDS, type ConntrackEntries } from '../../core/facts.ts';
import { TextBuffer } from '../text-buffer.ts';

/** `%-8s` of the protocol names that libnetfilter_conntrack knows; others it calls unknown. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'icmp    ',
  6: 'tcp     ',
  17: 'udp     ',
  33: 'dccp    ',
  47: 'gre     ',
  58: 'icmpv6  ',
  132: 'sctp    ',
  136: 'udplite ',
};

const EVENTS = ['    [NEW] ', ' [UPDATE] ', '[DESTROY] ', ''];

/** The TCP state of such an entry, by kind: what a reader expects to see there. */
const TCP_STATES = [' SYN_SENT ', ' SYN_RECV ', ' TIME_WAIT ', ' ESTABLISHED '];
const ESTABLISHED = ' ESTABLISHED ';

/** Room for the longest line: four IPv6 addresses, four 20-digit counters, two dates. */
const LONGEST_LINE = 512;

/**
 * Entries as `conntrack -E -o timestamp,id,extended` prints them; rows of kind DUMP as `conntrack -L -o id,extended,ktimestamp` does.
 * What the entries do not carry is made up to look usual: states, types of ICMP. `delta-time` is printed wherever
 * the start is known, so that reading the text again gives the same entries; a dump's time survives in whole seconds.
 */
export const encodeConntrack = (entries: ConntrackEntries): Uint8Array => {
  const column = columnReader(entries);
  const kind = column('kind', 'UInt8');
  const at = column('at_ms', 'Int64');
  const started = column('started_ms', 'Int64');
  const id = column('id', 'UInt32');
  const protocol = column('protocol', 'UInt8');
  const counted = column('counted', 'UInt8');
  const unreplied = column('unreplied', 'UInt8');
  const assured = column('assured', 'UInt8');
  const forced = column('forced', 'UInt8');
  const timeout = column('timeout_s', 'UInt32');
  const ips = (['orig_src_ip', 'orig_dest_ip', 'reply_src_ip', 'reply_dest_ip'] as const).map((name) =>
    column(name, 'IPv6'),
  );
  const ports = (['orig_src_port', 'orig_dest_port', 'reply_src_port', 'reply_dest_port'] as const).map((name) =>
    column(name, 'UInt16'),
  );
  const counters = (['packets_orig', 'bytes_orig', 'packets_reply', 'bytes_reply'] as const).map((name) =>
    column(name, 'UInt64'),
  );
  const out = new TextBuffer();

  const side = (row: number, first: 0 | 2): void => {
    const [src, dest] = [ips[first] as Uint8Array, ips[first + 1] as Uint8Array];
    address(out.text('src='), src, row);
    address(out.text(' dst='), dest, row);
    const [from, to] = [(ports[first] as Uint16Array)[row] as number, (ports[first + 1] as Uint16Array)[row] as number];
    const number = protocol[row] as number;
    if (number === 1) out.text(first === 0 ? ' type=8 code=0 id=' : ' type=0 code=0 id=').whole(from);
    else if (number === 58) out.text(first === 0 ? ' type=128 code=0 id=' : ' type=129 code=0 id=').whole(from);
    else if (number === 47) out.text(' srckey=0x0 dstkey=0x0');
    else if (NAMES[number] !== undefined) out.text(' sport=').whole(from).text(' dport=').whole(to);
    if (counted[row] === 1) {
      out.text(' packets=').big((counters[first] as BigUint64Array)[row] as bigint);
      out.text(' bytes=').big((counters[first + 1] as BigUint64Array)[row] as bigint);
    }
  };

  for (let row = 0; row < entries.rows; row++) {
    out.reserve(LONGEST_LINE);
    const what = kind[row] as number;
    const isDump = what === CONNTRACK_KINDS.DUMP;
    const [seen, start] = [Number(at[row]), Number(started[row])];
    if (!isDump) {
      out
        .text('[')
        .whole(Math.floor(seen / 1_000))
        .text('.')
        .padded(seen % 1_000, 3)
        .text('000]\t');
    }
    out.text(EVENTS[what] as string);
    out.text(isMapped(ips[0] as Uint8Array, row) ? 'ipv4     2 ' : 'ipv6     10 ');
    const number = protocol[row] as number;
    out
      .text(NAMES[number] ?? 'unknown ')
      .text(' ')
      .whole(number)
      .text(' ');
    out.whole(timeout[row] as number);
    if (number !== 6) out.text(' ');
    else out.text(what === CONNTRACK_KINDS.UPDATE && assured[row] === 1 ? ESTABLISHED : (TCP_STATES[what] as string));
    side(row, 0);
    out.text(unreplied[row] === 1 ? ' [UNREPLIED] ' : ' ');
    side(row, 2);
    if (assured[row] === 1) out.text(' [ASSURED]');
    if (isDump) out.text(' mark=0');
    if (start >= 0 && seen >= 0) out.text(' delta-time=').whole(Math.floor(seen / 1_000) - start / 1_000);
    if (isDump && start >= 0) out.text(' [start=').text(ctime(start)).text(']');
    if (isDump) out.text(' use=1');
    if (forced[row] === 1) out.text(' [USERSPACE]');
    if (id[row] !== 0) out.text(' id=').whole(id[row] as number);
    out.text('\n');
  }
  return out.bytes();
};

interface Values {
  readonly UInt8: Uint8Array;
  readonly UInt16: Uint16Array;
  readonly UInt32: Uint32Array;
  readonly UInt64: BigUint64Array;
  readonly Int64: BigInt64Array;
  readonly IPv6: Uint8Array;
}

/** A column by name, its type checked: a table of another kind is a mistake of the caller. */
const columnReader =
  (entries: ConntrackEntries) =>
  <Type extends keyof Values>(name: string, type: Type): Values[Type] => {
    const column = entries.columns[name];
    if (column?.type !== type) throw new Error(`conntrack entries need a column ${name} of type ${type}`);
    return column.values as Values[Type];
  };

const address = (out: TextBuffer, ips: Uint8Array, row: number): void => {
  if (!isMapped(ips, row)) return void out.text(renderIp(ips, row * IP_BYTES));
  for (let i = 12; i < IP_BYTES; i++) {
    if (i > 12) out.text('.');
    out.whole(ips[row * IP_BYTES + i] as number);
  }
};

const isMapped = (bytes: Uint8Array, row: number): boolean => {
  const offset = row * IP_BYTES;
  for (let i = 0; i < 10; i++) if (bytes[offset + i] !== 0) return false;
  return bytes[offset + 10] === 0xff && bytes[offset + 11] === 0xff;
};

/** C's ctime in UTC: `Mon Nov 23 02:44:27 2026`. */
const ctime = (ms: number): string => {
  const utc = new Date(ms).toUTCString();
  const [day, time] = [utc.slice(5, 7).replace(/^0/, ' '), utc.slice(17, 25)];
  return `${utc.slice(0, 3)} ${utc.slice(8, 11)} ${day} ${time} ${utc.slice(12, 16)}`;
};
