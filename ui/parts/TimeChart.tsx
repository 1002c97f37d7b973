import { lazy, Suspense } from 'react';
import type { ChartProps } from './chart/Chart.tsx';

const Chart = lazy(async () => ({ default: (await import('./chart/Chart.tsx')).Chart }));

/** A picture over time; what draws it comes when the first one is wanted. */
export const TimeChart = (props: ChartProps) => (
  <Suspense fallback={<div className="chart-place" />}>
    <Chart {...props} />
  </Suspense>
);
