import { VERDICT_KINDS } from '../core/ports.ts';
import type { Evaluation } from './evaluate.ts';
import type { Reliability } from './score.ts';
import type { Slice } from './slices.ts';

const SIDE = 360;
const MARGIN = 44;

/**
 * The report as one page that needs nothing else: no script, nothing from elsewhere. It has the reliability plot, what was said against what
 * was right, and where it is worst.
 */
export const evaluationPage = (e: Evaluation, cluster: string): string => {
  const { workload, pod, graded, exact } = e;
  const [all, ...slices] = graded.slices;
  const worst = slices[0];
  const oracle =
    workload.oracleTop1 === undefined ? '' : ` Who knows the true rates names ${share(workload.oracleTop1)}.`;
  const headline =
    all === undefined
      ? 'No flow has probabilities.'
      : `Calibration error ${all.ece.toFixed(3)}${worst === undefined ? '' : `; worst, ${named(worst)}: ${worst.ece.toFixed(3)}`}.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>unmasq: evaluation of ${text(cluster)}</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #656d76; --line: #d0d7de; --mark: #0969da; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #8d96a0; --line: #3d444d; --mark: #4493f8; --paper: #0d1117; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
p.headline { font-size: 1.1rem; font-weight: 600; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
th { color: var(--dim); font-weight: 500; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--dim); font: 12px system-ui, sans-serif; }
.axis { stroke: var(--line); } .even { stroke: var(--dim); stroke-dasharray: 4 4; } .dot { fill: var(--mark); } .said { stroke: var(--mark); fill: none; }
</style>
</head>
<body>
<h1>How right the verdicts on ${text(cluster)} are</h1>
<p class="headline">${text(headline)}</p>
<p>${count(e.flows)} flows, ${count(e.matched)} of them in the truth. Exact: ${count(exact.correct)} of ${count(exact.n)} right. The workload named first is right for ${share(workload.top1)} of the flows, the pod for ${share(pod.top1)}.${oracle}${graded.surest.n === 0 ? '' : ` Of ${count(graded.surest.n)} flows that were said to be at least 0.99 sure, ${share(graded.surest.right / graded.surest.n)} are right.`}</p>
<h2>Said against right</h2>
${plot(e.reliability)}
<p>Brier score ${workload.brier.toFixed(3)}, log loss ${workload.logLoss.toFixed(3)}, expected calibration error of all flows ${workload.ece.toFixed(3)}.</p>
${table(
  ['said', 'flows', 'mean', 'right'],
  e.reliability.map((bin) => [
    `${bin.from.toFixed(1)} to ${bin.until.toFixed(1)}`,
    count(bin.n),
    bin.meanConfidence.toFixed(3),
    bin.accuracy.toFixed(3),
  ]),
)}
<h2>Where nothing proves who it was</h2>
${table(
  ['slice', 'flows', 'mean said', 'right', 'error'],
  graded.slices.map((slice) => [
    named(slice),
    count(slice.n),
    slice.meanConfidence.toFixed(3),
    slice.top1.toFixed(3),
    slice.ece.toFixed(3),
  ]),
)}
<h2>By verdict</h2>
${table(
  ['verdict', 'flows', 'in the truth', 'right'],
  VERDICT_KINDS.filter((verdict) => e.byVerdict[verdict].n > 0).map((verdict) => {
    const { n, withTruth, right } = e.byVerdict[verdict];
    return [verdict, count(n), count(withTruth), right === null ? '-' : count(right)];
  }),
)}
</body>
</html>
`;
};

const named = ({ slice }: Slice): string => slice.replace('-', ' ');
const share = (of: number): string => `${(of * 100).toFixed(1)}%`;
const count = (n: number): string => n.toLocaleString('en');

/** What is written between tags and in attributes: nothing in it is markup. */
const text = (raw: string): string =>
  raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? '<p>None.</p>'
    : `<table><thead><tr>${head.map((cell) => `<th>${text(cell)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`;

/** A dot for each tenth, as large as its flows are many; on the dashed line as many are right as was said. */
const plot = (bins: readonly Reliability[]): string => {
  if (bins.length === 0) return '<p>None.</p>';
  const all = bins.reduce((sum, { n }) => sum + n, 0);
  const x = (value: number): string => (MARGIN + value * SIDE).toFixed(1);
  const y = (value: number): string => (MARGIN / 2 + (1 - value) * SIDE).toFixed(1);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return `<svg viewBox="0 0 ${SIDE + 2 * MARGIN} ${SIDE + 2 * MARGIN}" width="${SIDE + 2 * MARGIN}" role="img" aria-label="Share that was right, by what was said">
${ticks.map((tick) => `<line class="axis" x1="${x(0)}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${MARGIN - 8}" y="${y(tick)}" text-anchor="end" dominant-baseline="middle">${tick}</text><text x="${x(tick)}" y="${SIDE + MARGIN}" text-anchor="middle">${tick}</text>`).join('')}
<line class="even" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>
<polyline class="said" points="${bins.map(({ meanConfidence, accuracy }) => `${x(meanConfidence)},${y(accuracy)}`).join(' ')}"/>
${bins.map(({ meanConfidence, accuracy, n }) => `<circle class="dot" cx="${x(meanConfidence)}" cy="${y(accuracy)}" r="${(3 + 11 * Math.sqrt(n / all)).toFixed(1)}"><title>${count(n)} flows: said ${meanConfidence.toFixed(3)}, right ${accuracy.toFixed(3)}</title></circle>`).join('')}
<text x="${x(0.5)}" y="${SIDE + MARGIN + 24}" text-anchor="middle">said</text>
<text x="12" y="${y(0.5)}" text-anchor="middle" transform="rotate(-90 12 ${y(0.5)})">right</text>
</svg>`;
};
