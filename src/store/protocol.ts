const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
]);

/** IANA's number as a name; the number itself where few would know one. */
export const protocolName = (number: number): string => NAMES.get(number) ?? String(number);

export const protocolNumber = (name: string): number =>
  [...NAMES].find(([, known]) => known === name)?.[0] ?? (/^\d{1,3}$/.test(name) ? Number(name) : 255);
