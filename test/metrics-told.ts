/** What `az monitor metrics list -o json` prints, of the minute of the recorded incident. */

/** One time series of one metric of one resource. */
export const series = (
  resource: string,
  metric: string,
  dimensions: Readonly<Record<string, string>>,
  value: Readonly<Record<string, number>>,
) => ({
  id: `${resource}/providers/Microsoft.Insights/metrics/${metric}`,
  name: { value: metric },
  timeseries: [
    {
      metadatavalues: Object.entries(dimensions).map(([name, text]) => ({ name: { value: name }, value: text })),
      data: [{ timeStamp: '2026-11-25T10:20:00Z', ...value }],
    },
  ],
});

export const metricsTold = (value: readonly unknown[]): string =>
  JSON.stringify({ interval: 'PT1M', timespan: '2026-11-25T10:20:00Z/2026-11-25T10:21:00Z', value });
