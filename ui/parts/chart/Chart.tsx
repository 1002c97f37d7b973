import 'uplot/dist/uPlot.min.css';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import { colour, THEME_CHANGED } from '../../shell/theme.ts';
import { useView } from '../../state/use-view.ts';
import { type Fill, paintOf } from './paint.ts';

export interface ChartSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** A colour of the style sheet. */
  readonly colour: string;
  readonly fill: Fill;
}

export interface ChartProps {
  /** Milliseconds since the epoch: where each step begins. */
  readonly at: readonly number[];
  /** One above the other, the first at the bottom; with `lines` each for itself. */
  readonly series: readonly ChartSeries[];
  readonly form: 'stacked-bars' | 'stacked-areas' | 'lines';
  /** A line that is not to be reached. */
  readonly limit?: { readonly label: string; readonly value: number };
  /** Where it leads, as a forecast has it. */
  readonly cone?: Cone;
  readonly height?: number;
  /** A stretch that was drawn over with the mouse. */
  readonly onBrush?: (from: number, until: number) => void;
}

/** From a point to a value that is reached between two times; `at` and `low` may be the same. */
export interface Cone {
  readonly from: number;
  readonly value: number;
  readonly to: number;
  readonly at: number;
  readonly low: number;
  /** null: it may never be. */
  readonly high: number | null;
}

const HEIGHT = 180;
const NARROW = 24;

/** Each series with those below it added up. */
const stacked = (series: readonly ChartSeries[]): readonly (readonly (number | null)[])[] => {
  const sums: number[] = [];
  return series.map(({ values }) =>
    values.map((value, i) => {
      const sum = (sums[i] ?? 0) + (value ?? 0);
      sums[i] = sum;
      // Of nothing not even the edge is drawn.
      return value === null || value === 0 ? null : sum;
    }),
  );
};

export const Chart = ({ at, series, form, limit, cone, height = HEIGHT, onBrush }: ChartProps) => {
  const place = useRef<HTMLDivElement>(null);
  const { zone } = useView();
  const brushed = useEffectEvent((from: number, until: number) => onBrush?.(from, until));
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    let plot: uPlot | null = null;
    const draw = (): void => {
      plot?.destroy();
      plot = plotIn(current, { at, series, form, limit, cone, height, zone }, (from, until) => brushed(from, until));
    };
    draw();
    const watcher = new ResizeObserver(() => plot?.setSize({ width: widthOf(current), height }));
    watcher.observe(current);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    addEventListener(THEME_CHANGED, draw);
    scheme.addEventListener('change', draw);
    return () => {
      watcher.disconnect();
      removeEventListener(THEME_CHANGED, draw);
      scheme.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [at, series, form, limit, cone, height, zone]);
  // The table beside it says the same: whoever does not see the picture needs nothing of it.
  return <div className="chart" ref={place} aria-hidden="true" style={{ minHeight: height }} />;
};

const widthOf = (place: HTMLElement): number => Math.max(NARROW, place.clientWidth);

interface Plotted extends Pick<ChartProps, 'at' | 'series' | 'form' | 'height'> {
  readonly limit: ChartProps['limit'];
  readonly cone: ChartProps['cone'];
  readonly zone: string;
}

const plotIn = (
  place: HTMLElement,
  { at, series, form, limit, cone, height, zone }: Plotted,
  onBrush: (from: number, until: number) => void,
): uPlot => {
  const isStacked = form !== 'lines';
  const rows = isStacked ? stacked(series) : series.map(({ values }) => values);
  // The highest stack is drawn first, so that each shows above those below it.
  const order = isStacked ? [...series.keys()].toReversed() : [...series.keys()];
  const ink = colour('--dim');
  const grid = { stroke: colour('--line'), width: 1 };
  const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font: '11px system-ui, sans-serif' };
  const bars = uPlot.paths.bars?.({ size: [0.92, 60], align: 1 });
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const options: uPlot.Options = {
    width: widthOf(place),
    height: height ?? HEIGHT,
    ms: 1,
    tzDate: (ts) => uPlot.tzDate(new Date(ts), zone === 'utc' ? 'Etc/UTC' : zone),
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(max, limit?.value ?? 0, 1) * 1.06] } },
    axes: [
      { ...axis, space: 70, values: TIMES },
      { ...axis, size: 52, space: 32, incrs: WHOLE },
    ],
    series: [
      {},
      ...order.map((i): uPlot.Series => {
        const { label, colour: name, fill } = series[i] as ChartSeries;
        const paint = colour(name);
        const path = form === 'stacked-bars' ? bars : steps;
        return {
          label,
          stroke: paint,
          width: form === 'lines' ? 1.5 : 1,
          points: { show: false },
          ...(form === 'lines' ? {} : { fill: (u: uPlot) => paintOf(u.ctx, fill, paint, colour('--panel')) }),
          ...(path === undefined ? {} : { paths: path }),
        };
      }),
    ],
    hooks: {
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          onBrush(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'));
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
      draw: [
        (u: uPlot) => {
          if (cone !== undefined) drawCone(u, cone, colour('--ambiguous'));
          if (limit !== undefined) drawLimit(u, limit, colour('--bad'));
        },
      ],
    },
  };
  const data = [at, ...order.map((i) => rows[i] ?? [])] as uPlot.AlignedData;
  return new uPlot(options, data, place);
};

/** Everything that is drawn is counted. */
const WHOLE = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power)).flat();

const TIMES: uPlot.Axis.Values = [
  [86_400_000, '{YYYY}-{MM}-{DD}', null, null, null, null, null, null, 1],
  [3_600_000, '{HH}:{mm}', '\n{YYYY}-{MM}-{DD}', null, '\n{MM}-{DD}', null, null, null, 1],
  [60_000, '{HH}:{mm}', '\n{YYYY}-{MM}-{DD}', null, '\n{MM}-{DD}', null, null, null, 1],
  [1_000, '{HH}:{mm}:{ss}', '\n{YYYY}-{MM}-{DD}', null, '\n{MM}-{DD}', null, null, null, 1],
  [1, '{ss}.{fff}', '\n{HH}:{mm}', null, null, null, null, null, 1],
];

/** What may come is an area, what is most likely a line of dashes in it. */
const drawCone = (plot: uPlot, { from, value, to, at, low, high }: Cone, paint: string): void => {
  const { ctx, bbox, scales } = plot;
  const end = scales['x']?.max ?? at;
  const x = (ms: number): number => plot.valToPos(Math.min(ms, end), 'x', true);
  const y = (ports: number): number => plot.valToPos(ports, 'y', true);
  const through = (points: readonly (readonly [number, number])[]): void => {
    ctx.beginPath();
    for (const [i, point] of points.entries()) ctx[i === 0 ? 'moveTo' : 'lineTo'](...point);
  };
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = paint;
  ctx.strokeStyle = paint;
  ctx.lineWidth = devicePixelRatio * 1.5;
  const far: readonly (readonly [number, number])[] =
    high === null
      ? [
          [x(end), y(to)],
          [x(end), y(value)],
        ]
      : [[x(high), y(to)]];
  through([[x(from), y(value)], [x(low), y(to)], ...far]);
  ctx.closePath();
  ctx.globalAlpha = 0.25;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.stroke();
  through([
    [x(from), y(value)],
    [x(at), y(to)],
  ]);
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.stroke();
  ctx.restore();
};

const drawLimit = (
  plot: uPlot,
  { label, value }: { readonly label: string; readonly value: number },
  paint: string,
): void => {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(value, 'y', true);
  ctx.save();
  ctx.strokeStyle = paint;
  ctx.fillStyle = paint;
  ctx.lineWidth = devicePixelRatio * 1.5;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.fillText(label, bbox.left + bbox.width, y - 4 * devicePixelRatio);
  ctx.restore();
};
