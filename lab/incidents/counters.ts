import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Recorder, recordTo } from '../capture.ts';
import type { Children } from '../children.ts';

/** What a node's connection tracking counts, once a second, as the agent of a node writes it down. */
const LOOK = `while :; do
  echo "@ $(date +%s%3N) $(cat /proc/sys/net/netfilter/nf_conntrack_count) $(cat /proc/sys/net/netfilter/nf_conntrack_max)"
  conntrack -S
  sleep 1
done`;
const NAMES = ['insert_failed', 'drop', 'early_drop', 'clash_resolve'] as const;

interface Look {
  readonly at: number;
  readonly entries: number;
  readonly max: number;
  readonly counted: readonly number[];
}

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

const readLooks = (text: string): readonly Look[] =>
  text
    .split(/^@ /m)
    .slice(1)
    .filter((look) => look.includes('cpu=') && look.endsWith('\n'))
    .map((look) => {
      const [at = 0, entries = 0, max = 0] = look.slice(0, look.indexOf('\n')).split(' ').map(Number);
      const counted = NAMES.map((name) =>
        [...look.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g'))].reduce((sum, [, n]) => sum + Number(n), 0),
      );
      return { at, entries, max, counted };
    });

const renderRemarks = (looks: readonly Look[]): string =>
  looks
    .slice(1)
    .map(({ at, entries, max, counted }, i) => {
      const before = looks[i] as Look;
      const rose = NAMES.map((name, of) => `${name}=${(counted[of] ?? 0) - (before.counted[of] ?? 0)}`);
      return `# counters ${time(before.at)} ${time(at)} entries=${entries} max=${max} ${rose.join(' ')}\n`;
    })
    .join('');

const time = (at: number): string => new Date(at).toISOString();
