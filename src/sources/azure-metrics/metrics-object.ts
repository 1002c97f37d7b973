import { EARLIEST, type Instant, renderInstant } from '../../base/instant.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { ByteObject, Cursor, TimeSpan } from '../../core/ports.ts';
import { listOf, memberAt } from '../../formats/json/json-value.ts';
import type { AzureApi } from '../azure/azure-api.ts';
import { AzureTrouble, azureTroubleOf } from '../azure/azure-trouble.ts';
import type { MetricGroup } from './metric-groups.ts';

const PIECE = 1_048_576;
const WITHIN_MS = 60_000;
/** Without it an answer has ten time series, whatever there is. A load balancer has two thousand backends at most, each with two protocols. */
const MOST_SERIES = 10_000;
const VERSION = '2023-10-01';

/** A cursor is of no time of its own. */
export const CURSORS_AT = EARLIEST;

/** Some minutes of metrics of one resource, as the API writes them. */
export class MetricsObject implements ByteObject {
  readonly name: string;
  trouble: AzureTrouble | null = null;
  samples = 0;
  private readonly api: AzureApi;
  private readonly resource: string;
  private readonly group: MetricGroup;
  private readonly span: TimeSpan;

  constructor(api: AzureApi, resource: string, group: MetricGroup, span: TimeSpan) {
    this.name = `${resource}/${group.name}/${renderInstant(span.from).slice(0, 16)}Z`;
    this.api = api;
    this.resource = resource;
    this.group = group;
    this.span = span;
  }

  async *read(): AsyncGenerator<Result<Uint8Array, string>> {
    const path = `${this.resource}/providers/Microsoft.Insights/metrics?${parametersOf(this.group, this.span)}`;
    const answer = await this.api
      .ask({ method: 'GET', path, withinMs: WITHIN_MS }, (body) => {
        this.samples = pointsIn(body);
        return body;
      })
      .catch(azureTroubleOf);
    if (answer instanceof AzureTrouble) {
      this.trouble = answer;
      yield fail(answer.message);
      return;
    }
    for (let from = 0; from < answer.length; from += PIECE) yield ok(answer.subarray(from, from + PIECE));
  }

  cursors(): readonly Cursor[] {
    const position = renderInstant(this.span.until);
    return [{ source: this.resource.toLowerCase(), object: this.group.name, at: CURSORS_AT, position }];
  }
}

/** https://learn.microsoft.com/rest/api/monitor/metrics/list */
const parametersOf = ({ metrics, aggregations, dimensions }: MetricGroup, { from, until }: TimeSpan): string => {
  const filter = dimensions.map((name) => `${name} eq '*'`).join(' and ');
  return new URLSearchParams({
    'api-version': VERSION,
    timespan: `${time(from)}/${time(until)}`,
    interval: 'PT1M',
    metricnames: metrics.join(','),
    aggregation: aggregations.join(','),
    ...(filter === '' ? {} : { $filter: filter, top: String(MOST_SERIES) }),
  }).toString();
};

const time = (at: Instant): string => renderInstant(at).replace('.000Z', 'Z');

/** How many moments the answer tells of; throws where it is not whole, or where Azure could not answer of a metric. */
const pointsIn = (body: Uint8Array): number => {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new AzureTrouble('failed', 'the answer is no JSON, or was cut off');
  }
  let points = 0;
  for (const metric of listOf(memberAt(answer, 'value'))) {
    const code = memberAt(metric, 'errorCode');
    if (typeof code === 'string' && code !== 'Success')
      throw new AzureTrouble('failed', `${String(memberAt(metric, 'name', 'value'))} was not answered: ${code}`);
    for (const series of listOf(memberAt(metric, 'timeseries'))) points += listOf(memberAt(series, 'data')).length;
  }
  return points;
};
