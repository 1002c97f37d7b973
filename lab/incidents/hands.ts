import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../actors.ts';
import { run, runInside } from '../children.ts';
import { type Network, setSysctls } from '../network.ts';
import type { NodePlan } from '../topology.ts';
import type { Hands } from './causes.ts';
import type { PodDrawn } from './cluster.ts';
import type { CorednsChange, OutsideChange } from './told.ts';

/** More than a run should have to fill: a machine whose kernel allows more says so. */
const MOST_ENTRIES = 1_100_000;
const FILLED_FOR_SECONDS = 900;

/** The hands of a cause in a network that is up. */
export const handsOn = (stage: {
  readonly network: Network;
  readonly nodes: readonly NodePlan[];
  readonly pods: readonly PodDrawn[];
  readonly folder: string;
  readonly outside: Program<OutsideChange>;
  readonly coredns: readonly Program<CorednsChange>[];
}): Hands => {
  const { network, nodes, pods, folder, outside, coredns } = stage;
  const namespaceOf = (where: Parameters<Hands['set']>[0]): string => {
    if (where === 'fabric') return network.fabric;
    return 'node' in where ? network.node(where.node) : network.pod(pods.indexOf(where.pod));
  };
  const ofOutside = async (command: string): Promise<void> => {
    await run('ip', ['-n', network.outside(0), '-batch', '-'], `${command}\n`);
  };
  return {
    nodes: nodes.map(({ index }) => index),
    nft: async (where, rules) => {
      await runInside(namespaceOf(where), 'nft', ['-f', '-'], rules);
    },
    lose: (address) => ofOutside(`addr del ${address}/32 dev eth0`),
    give: (address) => ofOutside(`addr add ${address}/32 dev eth0 noprefixroute`),
    set: (where, settings) => setSysctls(namespaceOf(where), settings),
    fillTable: (node, room) => fillTable(network.node(node), folder, room),
    outside: (change) => outside.go(change),
    coredns: (index, change) => coredns[index]?.go(change),
  };
};

/**
 * Entries of connections between two addresses that nobody has. They are put in by hand, since to make a quarter of a million
 * connections would take longer than the run; what then finds no room is real.
 */
const fillTable = async (namespace: string, folder: string, room: number): Promise<void> => {
  const max = Number(await runInside(namespace, 'cat', ['/proc/sys/net/netfilter/nf_conntrack_max']));
  if (max > MOST_ENTRIES) throw new Error(`the kernel allows ${max} entries: too many to fill the table of a node`);
  const file = join(folder, 'entries.txt');
  const portsOfOne = 60_000;
  const line = (i: number): string =>
    `-A -p tcp -s 10.244.255.${1 + Math.floor(i / portsOfOne)} -d 198.18.0.1 --sport ${1_024 + (i % portsOfOne)} --dport 443 --state ESTABLISHED -u ASSURED -t ${FILLED_FOR_SECONDS}\n`;
  writeFileSync(file, Array.from({ length: max - room }, (_, i) => line(i)).join(''));
  await runInside(namespace, 'conntrack', ['-R', file]);
};
