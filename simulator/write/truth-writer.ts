import { TextBuffer } from '../../src/formats/text-buffer.ts';
import type { Addresses } from '../traffic/addresses.ts';
import { type Connections, FLAGS } from '../traffic/connections.ts';
import type { OpenedSlots } from '../traffic/opened-slots.ts';
import { UNITS_PER_MS } from '../traffic/schedule.ts';
import type { Talkers } from '../traffic/talkers.ts';
import type { AppendedFiles } from './appended-files.ts';
import { type TruthTally, truthTally } from './tallies.ts';

const LONGEST_ROW = 400;

/** What truly happened, whatever the sources lose: a line for each connection that left with a node's address, oldest first. */
export class TruthWriter {
  readonly written: TruthTally = truthTally();
  readonly #files: AppendedFiles;
  readonly #addresses: Addresses;
  readonly #connections: Connections;
  readonly #originMs: number;
  readonly #tellsTop1: boolean;
  /** By talker what a row ends in. */
  readonly #whose: readonly Uint8Array[];
  readonly #podUid: readonly (string | null)[];
  readonly #isPod: Uint8Array;
  readonly #inside = new TextBuffer();
  readonly #out = new TextBuffer(1 << 20);

  constructor(
    files: AppendedFiles,
    addresses: Addresses,
    connections: Connections,
    talkers: Talkers,
    options: { readonly originMs: number; readonly tellsTop1: boolean },
  ) {
    this.#files = files;
    this.#addresses = addresses;
    this.#connections = connections;
    this.#originMs = options.originMs;
    this.#tellsTop1 = options.tellsTop1;
    const encoder = new TextEncoder();
    this.#podUid = talkers.podUid;
    this.#isPod = Uint8Array.from(talkers.host, (host) => Number(host !== 0));
    this.#whose = talkers.podUid.map((uid, talker) =>
      encoder.encode(
        talkers.host[talker] !== 0
          ? `","podUid":"${uid}","oracle":`
          : `","node":true,${uid === null ? '' : `"hostNetworkPodUid":"${uid}",`}"oracle":`,
      ),
    );
  }

  /** The connections of one slice, of all nodes, in any order. */
  tell(opened: OpenedSlots): void {
    const out = this.#out;
    const c = this.#connections.columns;
    let [second, secondText] = [-1, ''];
    for (const slot of opened.inOrder()) {
      const at = c.begin[slot] as number;
      const beginMs = this.#originMs + Math.floor(at / UNITS_PER_MS);
      const whole = Math.floor(beginMs / 1_000);
      if (whole !== second) [second, secondText] = [whole, new Date(whole * 1_000).toISOString().slice(0, 20)];
      const bits = c.flags[slot] as number;
      const talker = c.talker[slot] as number;
      const isUdp = (bits & FLAGS.udp) !== 0;
      out.reserve(LONGEST_ROW);
      out.text('{"nodeIp":"').raw(this.#addresses.text(c.replyDst[slot] as number));
      out.text('","snatPort":').whole(c.replyDstPort[slot] as number);
      out.text(',"destIp":"').raw(this.#addresses.text(c.replySrc[slot] as number));
      out.text('","destPort":').whole(c.replySrcPort[slot] as number);
      out.text(isUdp ? ',"protocol":"udp","begin":"' : ',"protocol":"tcp","begin":"');
      out
        .text(secondText)
        .padded(beginMs % 1_000, 3)
        .text('Z')
        .raw(this.#whose[talker] as Uint8Array);
      writeShare(out, c.oracle[slot] as number);
      if (this.#tellsTop1) writeShare(out.text(',"oracleTop1":'), c.oracleTop1[slot] as number);
      out.text((bits & FLAGS.denied) !== 0 ? ',"denied":true}\n' : '}\n');
      const tally = this.written;
      tally.rows++;
      if (this.#isPod[talker] === 1) tally.ofPods++;
      else tally.ofNodes++;
      if ((bits & FLAGS.denied) !== 0) tally.denied++;
      if (isUdp) tally.udp++;
      if ((bits & FLAGS.ipv6) !== 0) tally.ipv6++;
      tally.oracle += c.oracle[slot] as number;
      tally.oracleTop1 += c.oracleTop1[slot] as number;
      if (out.length > 1 << 19) this.flush();
    }
  }

  /** Pods that call pods: the pod's own address is on the wire, if it is on any. */
  tellEastWest(opened: OpenedSlots): void {
    for (const slot of opened.inOrder()) {
      const c = this.#connections.columns;
      this.#tellInside(slot, `"podUid":"${this.#podUid[c.talker[slot] as number]}"`);
      this.written.eastWest++;
    }
    this.#flushInto('truth/east-west.jsonl');
  }

  /** Clients outside, through a port of a node: as the pod behind it sees them. */
  tellInbound(opened: OpenedSlots): void {
    for (const slot of opened.inOrder()) {
      const c = this.#connections.columns;
      const nodePortIp = new TextDecoder().decode(this.#addresses.text(c.origDst[slot] as number));
      const uid = this.#podUid[c.backend[slot] as number];
      const nodePort = c.origDstPort[slot] as number;
      this.#tellInside(slot, `"nodePortIp":"${nodePortIp}","nodePort":${nodePort},"podUid":"${uid}"`);
      this.written.inbound++;
    }
    this.#flushInto('truth/inbound.jsonl');
  }

  #tellInside(slot: number, rest: string): void {
    const out = this.#inside;
    const c = this.#connections.columns;
    const begin = new Date(this.#originMs + Math.floor((c.begin[slot] as number) / UNITS_PER_MS)).toISOString();
    const protocol = ((c.flags[slot] as number) & FLAGS.udp) !== 0 ? 'udp' : 'tcp';
    out.reserve(LONGEST_ROW);
    out.text('{"srcIp":"').raw(this.#addresses.text(c.replyDst[slot] as number));
    out.text('","srcPort":').whole(c.replyDstPort[slot] as number);
    out.text(',"destIp":"').raw(this.#addresses.text(c.replySrc[slot] as number));
    out.text('","destPort":').whole(c.replySrcPort[slot] as number);
    out.text(`,"protocol":"${protocol}","begin":"${begin}",${rest}}\n`);
  }

  #flushInto(path: string): void {
    this.#files.append(path, this.#inside.bytes());
    this.#inside.clear();
  }

  flush(): void {
    this.#files.append('truth.jsonl', this.#out.bytes());
    this.#out.clear();
  }
}

/** A share from 0 to 1, with four digits. */
const writeShare = (out: TextBuffer, share: number): void => {
  const tenThousandths = Math.round(share * 10_000);
  if (tenThousandths >= 10_000) out.text('1');
  else if (share === 0) out.text('0');
  else out.text('0.').padded(tenThousandths, 4);
};
