import { gzipSync } from 'node:zlib';
import { TextBuffer } from '../../src/formats/text-buffer.ts';
import type { NodeSpec } from '../kube/node-spec.ts';
import { createRandom } from '../random.ts';
import type { AppendedFiles } from './appended-files.ts';
import { Bursts } from './loss.ts';
import { type LineTally, lineTally } from './tallies.ts';

export type LineKind = 'NEW' | 'UPDATE' | 'DESTROY';

/** One line of `conntrack -E -o timestamp,id,extended`. */
export interface Line {
  /** By the node's clock, microseconds since 1970. */
  atUs: number;
  kind: LineKind;
  isUdp: boolean;
  isIpv6: boolean;
  timeoutS: number;
  /** As it is printed, with a blank behind; empty for datagrams. */
  state: string;
  origSrc: Uint8Array;
  origDst: Uint8Array;
  origSrcPort: number;
  origDstPort: number;
  replySrc: Uint8Array;
  replyDst: Uint8Array;
  replySrcPort: number;
  replyDstPort: number;
  isUnreplied: boolean;
  isAssured: boolean;
  /** With DESTROY only. */
  packetsOut: number;
  bytesOut: number;
  packetsIn: number;
  bytesIn: number;
  aliveS: number;
  id: number;
}

const LONGEST_LINE = 640;
const EVENTS = { NEW: '    [NEW] ', UPDATE: ' [UPDATE] ', DESTROY: '[DESTROY] ' } as const;
/** What conntrack 1.4.7 prints when the kernel had to drop events, on stderr, which a recording has in the same file. */
const WARNING =
  'WARNING: We have hit ENOBUFS! We are losing events.\nThis message means that the current netlink socket buffer size is too small.\nPlease, check --buffer-size in conntrack(8) manpage.\n';

export class ConntrackWriter {
  readonly written: LineTally = lineTally();
  lost = 0;
  warnings = 0;
  readonly #files: AppendedFiles;
  readonly #nodes: readonly NodeSpec[];
  readonly #loses: boolean;
  readonly #isPacked: boolean;
  readonly #bursts: readonly Bursts[];
  readonly #out = new TextBuffer(1 << 20);

  constructor(
    files: AppendedFiles,
    nodes: readonly NodeSpec[],
    options: { readonly lose: number; readonly packed: boolean; readonly seed: number },
  ) {
    this.#files = files;
    this.#nodes = nodes;
    this.#loses = options.lose > 0;
    this.#isPacked = options.packed;
    this.#bursts = nodes.map(({ index }) => new Bursts(options.lose, createRandom(options.seed + 7_919 * index)));
  }

  add(node: number, line: Line): void {
    const fate = this.#loses ? (this.#bursts[node] as Bursts).next() : 'kept';
    if (fate === 'begins') {
      this.warnings++;
      this.#out.reserve(WARNING.length);
      this.#out.text(WARNING);
    }
    if (fate !== 'kept') {
      this.lost++;
      return;
    }
    writeLine(this.#out, line);
    const tally = this.written;
    tally.lines++;
    tally.byKind[line.kind]++;
    tally.replyDestPorts += line.replyDstPort;
    tally.ids += line.id;
    if (line.kind !== 'DESTROY') return;
    tally.packetsOrig += line.packetsOut;
    tally.bytesOrig += line.bytesOut;
    tally.packetsReply += line.packetsIn;
    tally.bytesReply += line.bytesIn;
  }

  finish(node: number): void {
    if (this.#out.length > 0) {
      const bytes = this.#out.bytes();
      const path = conntrackPath(this.#nodes[node] as NodeSpec, this.#isPacked);
      this.#files.append(path, this.#isPacked ? gzipSync(bytes, { level: 1 }) : bytes);
    }
    this.#out.clear();
  }
}

/** A gzipped one has a member for each piece, one after the other, as `cat` would put them. */
export const conntrackPath = ({ name }: NodeSpec, isPacked: boolean): string =>
  `conntrack/${name}.events.txt${isPacked ? '.gz' : ''}`;

const writeLine = (out: TextBuffer, line: Line): void => {
  const isDestroy = line.kind === 'DESTROY';
  const seconds = Math.floor(line.atUs / 1_000_000);
  out.reserve(LONGEST_LINE);
  out
    .text('[')
    .whole(seconds)
    .text('.')
    .padded(line.atUs - seconds * 1_000_000, 6)
    .text(']\t')
    .text(EVENTS[line.kind]);
  out.text(line.isIpv6 ? 'ipv6     10 ' : 'ipv4     2 ').text(line.isUdp ? 'udp      17 ' : 'tcp      6 ');
  if (!isDestroy) out.whole(line.timeoutS).text(' ');
  out.text(line.state);
  out.text('src=').raw(line.origSrc).text(' dst=').raw(line.origDst);
  out.text(' sport=').whole(line.origSrcPort).text(' dport=').whole(line.origDstPort);
  if (isDestroy) out.text(' packets=').whole(line.packetsOut).text(' bytes=').whole(line.bytesOut);
  out
    .text(line.isUnreplied ? ' [UNREPLIED] src=' : ' src=')
    .raw(line.replySrc)
    .text(' dst=')
    .raw(line.replyDst);
  out.text(' sport=').whole(line.replySrcPort).text(' dport=').whole(line.replyDstPort);
  if (isDestroy) out.text(' packets=').whole(line.packetsIn).text(' bytes=').whole(line.bytesIn);
  if (line.isAssured) out.text(' [ASSURED]');
  if (isDestroy) out.text(' delta-time=').whole(line.aliveS);
  out.text(' id=').whole(line.id).text('\n');
};
