import type { Evaluation, Mistake } from '../../app/evaluate.ts';
import { VERDICT_KINDS } from '../../core/ports.ts';
import { count, percent, plural } from '../../base/number-text.ts';
import { page, table, text } from './markup.ts';
import { reliabilityPlot } from './reliability-plot.ts';

/** The report as one page that needs nothing else, light and dark: how far what was said can be trusted, and where least. */
export const evaluationPage = (e: Evaluation, cluster: string): string => {
  const { workload, pod, graded, byVerdict } = e;
  return page({
    title: `unmasq: how right the verdicts on ${cluster} are`,
    style: STYLE,
    body: `<h1>How right the verdicts on ${text(cluster)} are</h1>
${headlines(e)}
<p>${text(`${plural(e.flows, 'flow')}, ${count(e.matched)} of them in the truth; ${plural(e.truthWithoutFlow, 'row')} of the truth without a flow.`)}</p>
${measures([
  ['workload named first, right', measured(e, percent(workload.top1, 1))],
  [
    'of whoever knows the true rates',
    workload.oracleTop1 === undefined ? 'the truth does not say' : percent(workload.oracleTop1, 1),
  ],
  ['pod named first, right', measured(e, percent(pod.top1, 1))],
  [
    'said at least 0.99 by rates, right',
    graded.surest.n === 0 ? 'none' : `${percent(graded.surest.right, graded.surest.n)} of ${count(graded.surest.n)}`,
  ],
  ['calibration error (ECE)', measured(e, workload.ece.toFixed(3))],
  ['Brier score, log loss', measured(e, `${workload.brier.toFixed(3)}, ${workload.logLoss.toFixed(3)}`)],
])}
<h2>By verdict</h2>
${table(
  ['verdict', 'flows', 'share', 'in the truth', 'right', 'wrong'],
  VERDICT_KINDS.filter((verdict) => byVerdict[verdict].n > 0).map((verdict) => {
    const { n, withTruth, right } = byVerdict[verdict];
    const known = right === null || withTruth === 0 ? ['-', '-'] : [count(right), count(withTruth - right)];
    return [verdict, count(n), percent(n, e.flows), count(withTruth), ...known];
  }),
)}
<p>An ambiguous flow is right where the true one is among its candidates.</p>
<h2>Said against right</h2>
<p>All flows of the truth for which there are candidates, by the probability of the workload that is named first, in ten bins; exact verdicts say 1. The line through a dot is where the true share lies with 95&#160;% confidence.</p>
${reliabilityPlot(e.reliability)}
${table(
  ['said', 'flows', 'mean said', 'right'],
  e.reliability.map(({ from, until, n, meanConfidence, accuracy }) => [
    `${from.toFixed(1)} to ${until.toFixed(1)}`,
    count(n),
    meanConfidence.toFixed(3),
    accuracy.toFixed(3),
  ]),
)}
<h2>Where nothing proves who it was</h2>
<p>Flows that have probabilities, by slice, the worst calibrated first after all of them.</p>
${table(
  ['slice', 'flows', 'mean said', 'right', 'error'],
  graded.slices.map(({ slice, n, meanConfidence, top1, ece }) => [
    named(slice),
    count(n),
    meanConfidence.toFixed(3),
    top1.toFixed(3),
    ece.toFixed(3),
  ]),
)}
${mistakes(e)}`,
  });
};

/** A wrong exact verdict before all else; then the worst slice. */
const headlines = ({ exact, graded, matched, mismatch }: Evaluation): string => {
  const wrong = exact.n - exact.correct;
  const [all, worst] = graded.slices;
  const lines: readonly (readonly [kind: 'bad' | 'plain', says: string])[] = [
    ...(matched === 0
      ? [['bad', ['No row of the truth matches a flow: nothing was measured.', ...mismatch].join(' ')] as const]
      : []),
    wrong > 0
      ? ['bad', `WRONG: ${count(wrong)} of ${plural(exact.n, 'exact verdict')} named the wrong pod.`]
      : [
          'plain',
          exact.n > 0
            ? `Exact: ${count(exact.correct)} of ${count(exact.n)} right.`
            : 'No exact verdict could be compared.',
        ],
    [
      'plain',
      all === undefined
        ? 'No flow has probabilities.'
        : `Calibration error ${all.ece.toFixed(3)} where nothing proves who it was${worst === undefined ? '' : `; worst, ${named(worst.slice)}: ${worst.ece.toFixed(3)}`}.`,
    ],
  ];
  return lines.map(([kind, says]) => `<p class="headline ${kind}">${text(says)}</p>`).join('\n');
};

const named = (slice: string): string => slice.replace('-', ' ');

/** Of nothing there is no error: not even none. */
const measured = ({ reliability }: Evaluation, figure: string): string => (reliability.length === 0 ? '-' : figure);

const measures = (rows: readonly (readonly [string, string])[]): string =>
  `<dl>${rows.map(([what, figure]) => `<div><dt>${text(what)}</dt><dd>${text(figure)}</dd></div>`).join('')}</dl>`;

const mistakes = ({ wrong, exact }: Evaluation): string => {
  if (wrong.length === 0) return '';
  const row = ({ flow, tuple, said, saidPod, truth, truthPod }: Mistake): readonly string[] => [
    flow,
    tuple,
    saidPod ?? said ?? 'nobody',
    truthPod ?? (truth === 'node' ? 'the node itself' : (truth ?? 'nobody')),
  ];
  return `<h2>Exact and wrong</h2>
<p>${text(`The oldest ${count(wrong.length)} of ${count(exact.n - exact.correct)}; unmasq why FLOW has the evidence.`)}</p>
<div class="names">${table(['flow', 'connection', 'said', 'truth'], wrong.map(row))}</div>`;
};

const STYLE = `:root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --line: #d0d7de; --mark: #0969da; --bad: #b3261e; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --line: #3d444d; --mark: #4493f8; --bad: #ff8a80; --paper: #0d1117; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1, p { overflow-wrap: anywhere; } h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
p.headline { font-size: 1.1rem; font-weight: 600; margin: .4rem 0; } p.bad { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .2rem 2rem; }
dl div { border-bottom: 1px solid var(--line); padding: .25rem 0; }
dt { color: var(--dim); font-size: .9rem; } dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem 0 .25rem 1.4rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { color: var(--dim); font-weight: 500; }
.names th, .names td { text-align: left; vertical-align: top; white-space: normal; overflow-wrap: anywhere; min-width: 6rem; font-size: .9rem; }
@media (max-width: 40rem) { th, td { padding-left: .7rem; } }
svg { max-width: 100%; height: auto; display: block; margin: 1rem 0; } svg text { fill: var(--dim); font: 12px system-ui, sans-serif; } svg text.n { font-size: 10px; } svg text.aside { font-style: italic; font-size: 11px; }
.axis { stroke: var(--line); } .even { stroke: var(--dim); stroke-dasharray: 4 4; } .dot, .bar { fill: var(--mark); } .bar { opacity: .55; } .said { stroke: var(--mark); fill: none; } .spread { stroke: var(--mark); stroke-width: 5; opacity: .45; }`;
