import { replaceValue, removeArgument, type Change } from '../../changes.ts';
import type { Pool } from '../../estate/cluster.ts';
import { type Setting, toldOf } from '../../estate/setting.ts';
import { block, type Resource } from '../../terraform/configuration.ts';
import { memoryMb } from './vm-memory.ts';
import { says } from '../numbers.ts';
import type { Rule } from '../rule.ts';

const MAX = 'net_netfilter_nf_conntrack_max';
const BUCKETS = 'net_netfilter_nf_conntrack_buckets';
const FIRST = 'net_ipv4_ip_local_port_range_min';
const LAST = 'net_ipv4_ip_local_port_range_max';

/** What AKS takes: https://learn.microsoft.com/azure/aks/custom-node-configuration-reference */
const RANGES: readonly (readonly [name: string, least: number, most: number])[] = [
  [MAX, 131_072, 2_097_152],
  [BUCKETS, 65_536, 524_288],
  [FIRST, 1_024, 60_999],
  [LAST, 32_768, 65_535],
];

/** Entries that AKS lets the table have for each MB of memory, where nobody says. */
const ENTRIES_PER_MB = 64;
/** Entries of one chain, above which looking one up is slow. */
const ENTRIES_PER_BUCKET = 8;
const USUAL_PORTS = 28_232;

const told = ({ sysctls }: Pool, name: string): number | undefined => {
  const setting = sysctls?.values.get(name);
  return setting === undefined || setting.is !== 'set' ? undefined : setting.value;
};

const settingOf = ({ sysctls, at }: Pool, name: string): Setting<number> =>
  sysctls?.values.get(name) ?? { is: 'unset', value: 0, at };

/** The size of the table left to AKS. */
const withoutMax = ({ at }: Pool, resources: readonly Resource[]): readonly Change[] => {
  const pools = resources.flatMap(({ body }) => [body, ...(body.blocks.get('default_node_pool') ?? [])]);
  const pool = pools.find(({ spot }) => spot.file === at.file && spot.at.from === at.at.from);
  const sysctl = block(pool, 'linux_os_config', 'sysctl_config');
  return sysctl === undefined ? [] : removeArgument(sysctl, MAX);
};

/** NODE001: what AKS refuses. */
export const refusedSysctls: Rule = ({ clusters, resources }) =>
  clusters
    .flatMap(({ pools }) => pools)
    .flatMap((pool) => {
      const outside = RANGES.flatMap(([name, least, most]) => {
        const value = told(pool, name);
        if (value === undefined || (value >= least && value <= most)) return [];
        return [
          {
            code: 'NODE001',
            spot: settingOf(pool, name).at,
            subject: pool.address,
            key: name,
            message: `${name} is ${says(value)}: AKS takes ${says(least)} to ${says(most)}`,
            changes:
              name === MAX && value < least
                ? withoutMax(pool, resources)
                : replaceValue(settingOf(pool, name), String(value < least ? least : most)),
          },
        ];
      });
      const [first, last] = [told(pool, FIRST), told(pool, LAST)];
      const isTurned = first !== undefined && last !== undefined && first > last;
      return [
        ...outside,
        ...(isTurned && outside.length === 0
          ? [
              {
                code: 'NODE001',
                spot: settingOf(pool, FIRST).at,
                subject: pool.address,
                key: 'ip_local_port_range',
                message: `the first port, ${says(first)}, is behind the last, ${says(last)}`,
              },
            ]
          : []),
      ];
    });

/** NODE002: a smaller table than AKS would give the node; NODE003: one with long chains. */
export const smallConntrack: Rule = ({ clusters, resources }) => {
  return clusters
    .flatMap(({ pools }) => pools)
    .flatMap((pool) => {
      const [max, buckets, size] = [told(pool, MAX), told(pool, BUCKETS), toldOf(pool.vmSize)];
      const memory = typeof size === 'string' ? memoryMb(size) : null;
      const usual = memory === null ? null : memory * ENTRIES_PER_MB;
      return [
        ...(max !== undefined && usual !== null && max < usual && max >= 131_072
          ? [
              {
                code: 'NODE002',
                spot: settingOf(pool, MAX).at,
                subject: pool.address,
                message: `connection tracking of ${pool.address} holds ${says(max)} entries, and by itself it would hold ${says(usual)} (${String(size)})`,
                changes: withoutMax(pool, resources),
              },
            ]
          : []),
        ...(max !== undefined && buckets !== undefined && buckets < max / ENTRIES_PER_BUCKET
          ? [
              {
                code: 'NODE003',
                spot: settingOf(pool, BUCKETS).at,
                subject: pool.address,
                message: `${says(max)} entries in ${says(buckets)} buckets: ${Math.ceil(max / buckets)} to look through`,
                changes: replaceValue(
                  settingOf(pool, BUCKETS),
                  String(Math.min(524_288, Math.ceil(max / ENTRIES_PER_BUCKET))),
                ),
              },
            ]
          : []),
      ];
    });
};

/** NODE004: fewer ports for what the node itself opens. Pods have a range of their own. */
export const fewPorts: Rule = ({ clusters }) =>
  clusters
    .flatMap(({ pools }) => pools)
    .flatMap((pool) => {
      const [first, last] = [told(pool, FIRST), told(pool, LAST)];
      if (first === undefined || last === undefined || first > last || last - first + 1 >= USUAL_PORTS) return [];
      return [
        {
          code: 'NODE004',
          spot: settingOf(pool, FIRST).at,
          subject: pool.address,
          message: `${says(last - first + 1)} ports for what a node of ${pool.address} opens itself; the usual range has ${says(USUAL_PORTS)}`,
        },
      ];
    });
