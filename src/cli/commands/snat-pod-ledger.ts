import { type PodLedgerItem, snatPodLedger } from '../../app/snat-pod-ledger.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { count, percent } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { shown } from '../render/time.ts';
import type { Answering } from './snat.ts';
import { cutWords } from '../cut-words.ts';
import { tellAssumed } from '../tell-assumed.ts';
import { exitOf } from '../exit-of.ts';

/** Each pod and destination against the ports that the pod has itself. */
export const podLedger: Answering = async (store, query, range, limit, context) => {
  const { voice, globals } = context;
  const report = await snatPodLedger(store, query, range, limit);
  const { items, destinations } = report;
  await print(
    {
      report,
      lines: items,
      csv: csvOf(CSV, items),
      table: (options) =>
        items.length === 0
          ? ['No pod is known to have held ports.']
          : tableOf(columns(context), items, context)(options),
    },
    context,
  );
  tellAssumed(report, context);
  for (const reason of report.completeness.reasons) voice.warn(reason);
  const top = items[0];
  if (top !== undefined)
    voice.note(
      `of ${count(top.limit)} ports, as net.ipv4.ip_local_port_range has it where nobody set it; each as if the pod had closed first, which keeps its port for 60 s`,
    );
  voice.summary(
    cutWords(items.length, destinations, { one: 'destination of pods', many: 'destinations of pods' }),
    top === undefined ? undefined : `unmasq snat advice --dest ${top.destIp}:${top.destPort}`,
  );
  return exitOf(globals, { isWhole: report.completeness.complete });
};

/** At this share somebody has to look. */
const TIGHT = 0.8;

const columns = ({ zone }: Context): readonly Column<PodLedgerItem>[] => [
  { header: 'POD', leaves: 0, means: () => 'identity' as const, of: ({ pod }) => pod },
  { header: 'WORKLOAD', leaves: 4, of: ({ workload }) => `${workload.namespace}/${workload.name}` },
  { header: 'NODE', leaves: 5, of: ({ node }) => node },
  {
    header: 'DESTINATION',
    leaves: 0,
    of: ({ destIp, destPort, protocol }) => `${destIp}:${destPort}/${protocol}`,
  },
  { header: 'PEAK', align: 'right', leaves: 0, of: ({ peakPorts }) => count(peakPorts) },
  { header: 'OPEN', align: 'right', leaves: 2, of: ({ openAtPeak }) => count(openAtPeak) },
  {
    header: 'SHARE',
    align: 'right',
    leaves: 0,
    means: ({ share, openAtPeak, limit }) => (openAtPeak >= limit ? 'failure' : share >= TIGHT ? 'warning' : null),
    // What had ended is kept only where the pod closed first.
    of: ({ share, openAtPeak, peakPorts }) => `${openAtPeak < peakPorts ? '≤' : ''}${percent(share, 1)}`,
  },
  { header: 'AT', leaves: 4, of: ({ peakAt }) => shown(peakAt, zone) },
  { header: 'AT END', align: 'right', leaves: 5, of: ({ portsAtEnd }) => count(portsAtEnd) },
  { header: 'BEGAN', align: 'right', leaves: 4, of: ({ began }) => count(began) },
  {
    header: 'VERDICT',
    leaves: 3,
    of: ({ verdicts }) =>
      verdicts.length === 1
        ? (verdicts[0]?.verdict ?? '-')
        : verdicts.map(({ verdict, portsAtPeak }) => `${count(portsAtPeak)} ${verdict}`).join(', '),
  },
];

const portsOf = ({ verdicts }: PodLedgerItem, which: string): number =>
  verdicts.find(({ verdict }) => verdict === which)?.portsAtPeak ?? 0;

const CSV = [
  { name: 'namespace', of: ({ workload }: PodLedgerItem) => workload.namespace },
  { name: 'workload', of: ({ workload }: PodLedgerItem) => workload.name },
  { name: 'pod', of: ({ pod }: PodLedgerItem) => pod },
  { name: 'pod_uid', of: ({ podUid }: PodLedgerItem) => podUid },
  { name: 'node', of: ({ node }: PodLedgerItem) => node },
  { name: 'dest_ip', of: ({ destIp }: PodLedgerItem) => destIp },
  { name: 'dest_port', of: ({ destPort }: PodLedgerItem) => destPort },
  { name: 'protocol', of: ({ protocol }: PodLedgerItem) => protocol },
  { name: 'peak_ports', of: ({ peakPorts }: PodLedgerItem) => peakPorts },
  { name: 'peak_at', of: ({ peakAt }: PodLedgerItem) => peakAt },
  { name: 'open_at_peak', of: ({ openAtPeak }: PodLedgerItem) => openAtPeak },
  { name: 'limit', of: ({ limit }: PodLedgerItem) => limit },
  { name: 'share', of: ({ share }: PodLedgerItem) => share },
  { name: 'ports_at_end', of: ({ portsAtEnd }: PodLedgerItem) => portsAtEnd },
  { name: 'began', of: ({ began }: PodLedgerItem) => began },
  { name: 'exact_at_peak', of: (item: PodLedgerItem) => portsOf(item, 'exact') },
  { name: 'relayed_at_peak', of: (item: PodLedgerItem) => portsOf(item, 'relayed') },
];
