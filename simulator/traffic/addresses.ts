import type { NodeSpec } from '../kube/node-spec.ts';
import type { Destination } from '../plan/destinations.ts';
import { podAddress, podAddressV6 } from '../plan/nodes.ts';

const HOSTS = 256;
/** In each block of documentation addresses those that no destination has. */
const CLIENT_BLOCKS = ['203.0.113', '198.51.100', '192.0.2'] as const;
const FIRST_CLIENT = 251;
export const CLIENTS = 12;
const FIRST_SERVICE = 9;

/** Every address as a number, and its text as bytes, made when it is first needed. */
export class Addresses {
  readonly #nodes: readonly NodeSpec[];
  readonly #destinations: readonly Destination[];
  readonly #texts: (Uint8Array | undefined)[] = [];
  readonly #pods: number;
  readonly #outside: number;
  readonly #clients: number;
  readonly #services: number;

  constructor(nodes: readonly NodeSpec[], destinations: readonly Destination[]) {
    this.#nodes = nodes;
    this.#destinations = destinations;
    this.#pods = nodes.length * 2;
    this.#outside = this.#pods + nodes.length * 2 * HOSTS;
    this.#clients = this.#outside + destinations.length * 2;
    this.#services = this.#clients + CLIENTS;
  }

  /** `family` is 0 for IPv4 and 1 for IPv6. */
  node(index: number, family: 0 | 1): number {
    return index * 2 + family;
  }

  pod(node: number, host: number, family: 0 | 1): number {
    return this.#pods + (node * HOSTS + host) * 2 + family;
  }

  destination(index: number, family: 0 | 1): number {
    return this.#outside + index * 2 + family;
  }

  client(index: number): number {
    return this.#clients + index;
  }

  service(workload: number): number {
    return this.#services + workload;
  }

  text(address: number): Uint8Array {
    return (this.#texts[address] ??= new TextEncoder().encode(this.#render(address)));
  }

  #render(address: number): string {
    const family = address & 1;
    if (address < this.#pods) {
      const node = this.#nodes[address >> 1] as NodeSpec;
      return family === 0 ? node.ip : (node.ipv6 ?? '');
    }
    if (address < this.#outside) {
      const place = (address - this.#pods) >> 1;
      const [node, host] = [Math.floor(place / HOSTS), place % HOSTS];
      return family === 0 ? podAddress(node, this.#nodes.length, host) : podAddressV6(node, host);
    }
    if (address < this.#clients) {
      const { ip, ipv6 } = this.#destinations[(address - this.#outside) >> 1] as Destination;
      return family === 0 ? ip : (ipv6 ?? '');
    }
    const client = address - this.#clients;
    if (client < CLIENTS) return `${CLIENT_BLOCKS[client % 3]}.${FIRST_CLIENT + Math.floor(client / 3)}`;
    const service = address - this.#services + FIRST_SERVICE;
    return `10.0.${service >> 8}.${service & 255}`;
  }
}
