import type { NodeSeen } from '../../core/facts.ts';
import { type JsonObject, listOf, member, memberAt, textMembers, textOf } from '../json/json-value.ts';
import type { ObjectReader } from './object-reader.ts';

export type SeenNode = Omit<NodeSeen, 'at'>;

/** What one node object says; null when it names no node. */
export const nodeSeen = (node: JsonObject, event: NodeSeen['event'], reader: ObjectReader): SeenNode | null => {
  const metadata = member(node, 'metadata');
  const uid = textOf(member(metadata, 'uid'));
  const name = textOf(member(metadata, 'name'));
  if (uid === '' || name === '') return null;

  const labels = textMembers(member(metadata, 'labels'));
  const internal = listOf(memberAt(node, 'status', 'addresses')).filter(
    (address) => member(address, 'type') === 'InternalIP',
  );
  return {
    uid,
    name,
    ips: reader.ips(
      internal.map((address) => member(address, 'address')),
      'status.addresses',
    ),
    podCidrs: podCidrs(member(node, 'spec')),
    os: osOf(member(labels, 'kubernetes.io/os') ?? memberAt(node, 'status', 'nodeInfo', 'operatingSystem')),
    labels,
    createdAt: reader.time(member(metadata, 'creationTimestamp'), 'metadata.creationTimestamp'),
    event,
  };
};

const podCidrs = (spec: unknown): readonly string[] => {
  const all = listOf(member(spec, 'podCIDRs')).map(textOf);
  return (all.length > 0 ? all : [textOf(member(spec, 'podCIDR'))]).filter((cidr) => cidr !== '');
};

export const osOf = (text: unknown): NodeSeen['os'] => (text === 'linux' || text === 'windows' ? text : '');
