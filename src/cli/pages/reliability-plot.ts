import type { Reliability } from '../../app/score.ts';
import { count, plural } from '../../base/number-text.ts';

const SIDE = 360;
const LEFT = 56;
const TOP = 14;
/** Between the plot and the bars: the numbers of the axis, and its name. */
const BETWEEN = 58;
const BARS = 72;
/** Above the highest bar its number. */
const ABOVE = 16;
const WIDTH = LEFT + SIDE + 22;
const HEIGHT = TOP + SIDE + BETWEEN + ABOVE + BARS + 44;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

const x = (value: number): string => (LEFT + value * SIDE).toFixed(1);
const y = (value: number): string => (TOP + (1 - value) * SIDE).toFixed(1);

/**
 * What was said against what was right, a dot for each bin: on the dashed line as many are right as was said, below it too much was said.
 * Under it how many flows each bin has. SVG, as markup.
 */
export const reliabilityPlot = (bins: readonly Reliability[]): string => {
  if (bins.length === 0) return '<p>None.</p>';
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="Share that was right, by what was said; below, flows by what was said">
${TICKS.map(ticks).join('\n')}
<line class="even" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>
<text class="aside" x="${x(0.03)}" y="${y(0.945)}">more was right than was said</text>
<text class="aside" x="${x(0.97)}" y="${y(0.03)}" text-anchor="end">less was right than was said</text>
${bins.map(spread).join('\n')}
<polyline class="said" points="${bins.map(({ meanConfidence, accuracy }) => `${x(meanConfidence)},${y(accuracy)}`).join(' ')}"/>
${bins.map(dot).join('\n')}
<text x="${x(0.5)}" y="${TOP + SIDE + 38}" text-anchor="middle">said</text>
<text x="14" y="${y(0.5)}" text-anchor="middle" transform="rotate(-90 14 ${y(0.5)})">right</text>
${bars(bins)}
</svg>`;
};

const ticks = (at: number): string =>
  `<line class="axis" x1="${x(0)}" x2="${x(1)}" y1="${y(at)}" y2="${y(at)}"/><line class="axis" x1="${x(at)}" x2="${x(at)}" y1="${y(0)}" y2="${y(1)}"/><text x="${LEFT - 8}" y="${y(at)}" text-anchor="end" dominant-baseline="middle">${at}</text><text x="${x(at)}" y="${TOP + SIDE + 18}" text-anchor="middle">${at}</text>`;

const dot = ({ n, meanConfidence, accuracy }: Reliability): string =>
  `<circle class="dot" cx="${x(meanConfidence)}" cy="${y(accuracy)}" r="4.5"><title>${plural(n, 'flow')}: said ${meanConfidence.toFixed(3)}, right ${accuracy.toFixed(3)}</title></circle>`;

/** The 95 % interval of Wilson (1927), JASA 22: it stays within 0 and 1, and is wide where there are few flows. */
const spread = ({ n, meanConfidence, accuracy }: Reliability): string => {
  const z2 = 1.96 ** 2;
  const middle = (accuracy + z2 / (2 * n)) / (1 + z2 / n);
  const half = (1.96 / (1 + z2 / n)) * Math.sqrt((accuracy * (1 - accuracy)) / n + z2 / (4 * n * n));
  const [from, until] = [Math.max(0, middle - half), Math.min(1, middle + half)];
  return `<line class="spread" x1="${x(meanConfidence)}" x2="${x(meanConfidence)}" y1="${y(from)}" y2="${y(until)}"/>`;
};

const bars = (bins: readonly Reliability[]): string => {
  const most = Math.max(...bins.map(({ n }) => n));
  const foot = TOP + SIDE + BETWEEN + ABOVE + BARS;
  const of = ({ from, until, n }: Reliability): string => {
    // A bin that has a flow is seen.
    const height = Math.max(1, (n / most) * BARS);
    const left = LEFT + from * SIDE + 1;
    const width = (until - from) * SIDE - 2;
    return `<rect class="bar" x="${left.toFixed(1)}" y="${(foot - height).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/><text class="n" x="${(left + width / 2).toFixed(1)}" y="${(foot - height - 4).toFixed(1)}" text-anchor="middle">${short(n)}</text>`;
  };
  return `${bins.map(of).join('\n')}
<line class="axis" x1="${x(0)}" x2="${x(1)}" y1="${foot}" y2="${foot}"/>
${TICKS.map((at) => `<text x="${x(at)}" y="${foot + 18}" text-anchor="middle">${at}</text>`).join('')}
<text x="14" y="${foot - BARS / 2}" text-anchor="middle" transform="rotate(-90 14 ${foot - BARS / 2})">flows</text>
<text x="${x(0.5)}" y="${foot + 36}" text-anchor="middle">said</text>`;
};

/** Fits above a bar: `1,458`, `14.6k`, `1.5M`. */
const short = (n: number): string => {
  if (n < 10_000) return count(n);
  return n < 999_500 ? `${Number((n / 1e3).toPrecision(3))}k` : `${Number((n / 1e6).toPrecision(3))}M`;
};
