/** One TCP or UDP packet as tcpdump wrote it. */
export interface Packet {
  /** Milliseconds since the epoch, whole. */
  readonly at: number;
  /** Ethernet source, lower case, no colons. */
  readonly fromMac: string;
  readonly src: string;
  readonly dest: string;
  readonly srcPort: number;
  readonly destPort: number;
  /** IANA number. */
  readonly protocol: number;
  /** Length of the IP packet, headers included: what flow logs count. */
  readonly bytes: number;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
}

export const TCP = 6;
const UDP = 17;

const ETHERNET_BYTES = 14;
const IPV6_BYTES = 40;

/** Packets of a little-endian, microsecond pcap file of Ethernet frames, in order; other frames (ARP, NDP, ICMP) are left out. */
export const readPcap = (file: Buffer): readonly Packet[] => {
  if (file.length < 24) return [];
  if (file.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error('expected a pcap file with microsecond times');
  const packets: Packet[] = [];
  let offset = 24;
  while (offset + 16 <= file.length) {
    const at = file.readUInt32LE(offset) * 1_000 + Math.floor(file.readUInt32LE(offset + 4) / 1_000);
    const kept = file.readUInt32LE(offset + 8);
    const packet = readFrame(at, file.subarray(offset + 16, offset + 16 + kept));
    if (packet !== null) packets.push(packet);
    offset += 16 + kept;
  }
  return packets;
};

const readFrame = (at: number, frame: Buffer): Packet | null => {
  if (frame.length < ETHERNET_BYTES + 20) return null;
  const fromMac = frame.toString('hex', 6, 12);
  const ip = frame.subarray(ETHERNET_BYTES);
  const type = frame.readUInt16BE(12);
  if (type === 0x0800) {
    const headerBytes = (ip.readUInt8(0) & 0x0f) * 4;
    const [src, dest] = [quad(ip, 12), quad(ip, 16)];
    return readTransport(
      { at, fromMac, src, dest, protocol: ip.readUInt8(9), bytes: ip.readUInt16BE(2) },
      ip.subarray(headerBytes),
    );
  }
  if (type === 0x86dd && ip.length >= IPV6_BYTES) {
    const [src, dest] = [groups(ip, 8), groups(ip, 24)];
    const bytes = ip.readUInt16BE(4) + IPV6_BYTES;
    return readTransport({ at, fromMac, src, dest, protocol: ip.readUInt8(6), bytes }, ip.subarray(IPV6_BYTES));
  }
  return null;
};

type Network = Pick<Packet, 'at' | 'fromMac' | 'src' | 'dest' | 'protocol' | 'bytes'>;

const readTransport = (network: Network, transport: Buffer): Packet | null => {
  if ((network.protocol !== TCP && network.protocol !== UDP) || transport.length < (network.protocol === TCP ? 14 : 8))
    return null;
  const flags = network.protocol === TCP ? transport.readUInt8(13) : 0;
  return {
    ...network,
    srcPort: transport.readUInt16BE(0),
    destPort: transport.readUInt16BE(2),
    fin: (flags & 0x01) !== 0,
    syn: (flags & 0x02) !== 0,
    rst: (flags & 0x04) !== 0,
  };
};

const quad = (bytes: Buffer, at: number): string => bytes.subarray(at, at + 4).join('.');

/** RFC 5952, as the platform's JSON has addresses: the longest run of zero groups becomes `::`. */
const groups = (bytes: Buffer, at: number): string => {
  const all = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i).toString(16)).join(':');
  const runs = [...all.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const longest = runs[0];
  if (longest === undefined) return all;
  return `${all.slice(0, longest.index).replace(/:$/, '')}::${all.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
};
