import { nodeName } from '../estate.ts';
import type { NodeSpec } from '../kube/node-spec.ts';
import type { Parameters } from '../parameters.ts';
import type { Random } from '../random.ts';

/** A /16 has room for so many nodes with a /24 each; a larger cluster takes its pods from the shared address space (RFC 6598). */
const NODES_IN_A_16 = 256;

const FIRST_NODE_ADDRESS = 4;

export const planNodes = (parameters: Parameters, random: Random): readonly NodeSpec[] => {
  const { nodes, skewMs, skewSpreadMs, ipv6 } = parameters;
  return Array.from({ length: nodes }, (_, index) => {
    const place = index + FIRST_NODE_ADDRESS;
    const drawn = Math.round(random.between(-skewSpreadMs, skewSpreadMs + 1));
    return {
      index,
      name: nodeName(index),
      uid: random.uuid(),
      ip: `10.224.${place >> 8}.${place & 255}`,
      ipv6: ipv6 > 0 ? `fd00:10:224::${place.toString(16)}` : null,
      mac: `00:22:48:${hexByte(0x40 + (index >> 16))}:${hexByte((index >> 8) & 255)}:${hexByte(index & 255)}`,
      podCidr: `${podPrefix(index, nodes)}.0/24`,
      podCidrV6: ipv6 > 0 ? `${podPrefixV6(index)}/64` : null,
      fullyRandom: index % 3 === 2,
      skewMs: skewMs[`node${index + 1}`] ?? drawn,
    };
  });
};

const hexByte = (value: number): string => value.toString(16).padStart(2, '0');

const podPrefix = (index: number, nodes: number): string =>
  nodes <= NODES_IN_A_16 ? `10.244.${index}` : `100.${64 + (index >> 8)}.${index & 255}`;

/** In RFC 5952's spelling, where a group of zeros before `::` vanishes in it. */
const podPrefixV6 = (index: number): string => (index === 0 ? 'fd00:10:244::' : `fd00:10:244:${index.toString(16)}::`);

/** The `host`th address of a node's pod range, and of its IPv6 one. */
export const podAddress = (index: number, nodes: number, host: number): string => `${podPrefix(index, nodes)}.${host}`;
export const podAddressV6 = (index: number, host: number): string => `${podPrefixV6(index)}${host.toString(16)}`;
