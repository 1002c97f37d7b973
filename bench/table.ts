import type { Result } from './rounds.ts';

/** Three digits that count. */
export const figure = (value: number): string =>
  Number.isNaN(value)
    ? '-'
    : value >= 1_000
      ? Math.round(value).toLocaleString('en')
      : Number(value.toPrecision(3)).toString();

/** How many times better than the peer; below 1 it is worse. */
export const ratio = ({ better, value }: Pick<Result, 'better' | 'value'>, peer: number): number =>
  better === 'more' ? value / peer : peer / value;

/** What was promised, and whether it is kept. */
export const standing = ({ better, value, floor, aim }: Pick<Result, 'better' | 'value' | 'floor' | 'aim'>): string => {
  const reaches = (mark: number | null): boolean =>
    mark !== null && (better === 'more' ? value >= mark : value <= mark);
  if (floor === null && aim === null) return '';
  return reaches(aim) ? 'aim' : reaches(floor) ? 'floor' : 'BELOW';
};

const HEADS = [
  'BENCHMARK',
  'VALUE',
  'UNIT',
  'MIN-MAX',
  'DUCKDB',
  'NAIVE',
  'FLOOR',
  'AIM',
  'REACHES',
  'RSS MiB',
  'CPU s',
  'CHECKSUM',
];

export const renderResults = (results: readonly Result[]): readonly string[] => {
  const peer = (result: Result, name: 'duckdb' | 'naive'): string => {
    const value = result.peers[name];
    if (value === undefined || value === 'killed') return value ?? '-';
    return `${figure(value)} (${figure(ratio(result, value))}x)`;
  };
  const rows = results.map((result) => [
    result.name,
    figure(result.value),
    result.unit,
    `${figure(result.min)}-${figure(result.max)}`,
    peer(result, 'duckdb'),
    peer(result, 'naive'),
    result.floor === null ? '-' : figure(result.floor),
    result.aim === null ? '-' : figure(result.aim),
    standing(result),
    figure(result.rssMiB),
    figure(result.cpuSeconds),
    result.checksum,
  ]);
  const widths = HEADS.map((head, i) => Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const more = results.flatMap(({ name, more: figures }) =>
    Object.entries(figures).map(([key, value]) => `${name}: ${key} ${figure(value)}`),
  );
  return [line(HEADS), ...rows.map(line), ...more];
};
