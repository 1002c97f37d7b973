import '../style/base.css';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Chart, type ChartSeries } from '../parts/chart/Chart.tsx';

/** Draws a chart of so many points, until it can be seen: `npm run bench -- console`. */
const SERIES = 20;
const COLOURS = ['--exact', '--probable', '--ambiguous', '--node', '--relayed'];

const drawn = (points: number): Promise<void> => {
  const steps = points / SERIES;
  const at = Array.from({ length: steps }, (_, i) => 1_764_000_000_000 + i * 1_000);
  const series: readonly ChartSeries[] = Array.from({ length: SERIES }, (__, s) => ({
    label: `pod ${s}`,
    colour: COLOURS[s % COLOURS.length] ?? '--exact',
    fill: s % 2 === 0 ? 'solid' : 'hatch',
    values: at.map((___, i) => Math.round(20 + 10 * Math.sin(i / (40 + s)) + ((i * 7_919 + s * 104_729) % 13))),
  }));
  const place = document.createElement('div');
  document.querySelector('#root')?.replaceChildren(place);
  const root = createRoot(place);
  flushSync(() => root.render(<Chart at={at} series={series} form="stacked-areas" />));
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
};

Object.assign(globalThis, { drawn });
