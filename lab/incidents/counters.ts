import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countedBetween, type KernelLook, parseTrackingCounters } from '../../src/agent/kernel-counters.ts';
import { instant } from '../../src/base/instant.ts';
import { encodeRemark } from '../../src/formats/conntrack/remark-lines.ts';
import { type Recorder, recordTo } from '../capture.ts';
import type { Children } from '../children.ts';
import { wholeLooks } from './whole-looks.ts';

/** What a node's connection tracking counts, once a second, as the agent of a node writes it down. */
const LOOK = `while :; do
  echo "@ $(date +%s%3N) $(cat /proc/sys/net/netfilter/nf_conntrack_count) $(cat /proc/sys/net/netfilter/nf_conntrack_max)"
  conntrack -S
  echo .
  sleep 1
done`;
export const watchCounters = async (
  children: Children,
  namespace: string,
  folder: string,
  node: string,
): Promise<Recorder & { remarks(): string }> => {
  const file = join(folder, `${node}.counters.txt`);
  const recorder = await recordTo(children, file, namespace, ['sh', '-c', LOOK], (text) => text.includes('cpu='));
  return { ...recorder, remarks: () => renderRemarks(readLooks(readFileSync(file, 'utf8'))) };
};

const readLooks = (text: string): readonly KernelLook[] =>
  wholeLooks(text).flatMap((look) => {
    const [at = 0, entries = 0, max = 0] = look.slice(0, look.indexOf('\n')).split(' ').map(Number);
    const counted = parseTrackingCounters(look);
    return counted === null ? [] : [{ at: instant(at), counts: { entries, max, ...counted } }];
  });

const renderRemarks = (looks: readonly KernelLook[]): string =>
  looks
    .slice(1)
    .flatMap((now, i) => countedBetween(looks[i] as KernelLook, now) ?? [])
    .map((counted) => encodeRemark({ kind: 'counters', ...counted }))
    .join('');
