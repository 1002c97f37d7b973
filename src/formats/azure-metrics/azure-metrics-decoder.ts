import { type Instant, instant, parseInstant } from '../../base/instant.ts';
import { METRIC_AGGREGATIONS, type MetricSample } from '../../core/facts.ts';
import type { Decoder, Taken } from '../decoder.ts';
import { Gathered } from '../json/gathered.ts';
import { isObject, type JsonObject, listOf, member, memberAt, parseValue, textOf } from '../json/json-value.ts';
import { type Values, ValueSplitter } from '../json/split-values.ts';
import { durationMs } from './iso-duration.ts';

/**
 * Platform metrics, as `az monitor metrics list -o json` and the metrics API of one resource write them, and `metrics:getBatch` those of
 * several. https://learn.microsoft.com/rest/api/monitor/metrics/list
 */
export const azureMetricsDecoder = (): Decoder => new AzureMetricsDecoder();

const NO_VALUE = 'moments without a value';

/** What stands around the time series that come now. */
interface Around {
  readonly resource: string;
  readonly intervalMs: number;
  readonly told: Instant;
}

class AzureMetricsDecoder implements Decoder, Values {
  readonly format = 'azure-metrics';
  private readonly gathered = new Gathered();
  private readonly splitter = new ValueSplitter(
    { value: { timeseries: 'whole' }, values: { value: { timeseries: 'whole' } } },
    this,
  );
  private around: Around = { resource: '', intervalMs: 0, told: instant(0) };
  private metric: JsonObject | null = null;

  get waiting(): number {
    return this.gathered.waiting;
  }

  push(bytes: Uint8Array): void {
    this.splitter.push(bytes);
  }

  end(): void {
    this.splitter.end();
  }

  take(): Taken {
    return this.gathered.take();
  }

  opened(list: string, head: string): void {
    const parsed = parseValue(head);
    const object = parsed.ok && isObject(parsed.value) ? parsed.value : {};
    if (list === 'timeseries') this.metric = object;
    else if (list === 'value')
      this.around = {
        resource: textOf(member(object, 'resourceid')),
        intervalMs: durationMs(textOf(member(object, 'interval'))),
        told: endOf(object),
      };
  }

  closed(): void {
    this.metric = null;
  }

  refused({ place, why, text }: { readonly place: string; readonly why: string; readonly text: string }): void {
    this.gathered.reject(place, why, text);
  }

  value(text: string, place: string): void {
    const parsed = parseValue(text);
    if (!parsed.ok) this.gathered.reject(place, parsed.problem, text);
    else if (this.metric !== null) this.series(this.metric, parsed.value, place, text);
    else if (isObject(parsed.value) && Object.hasOwn(parsed.value, 'timeseries')) {
      // Its time series were handed over one by one, or there are none.
    } else this.gathered.reject(place, 'expected metrics with their time series', text);
  }

  private series(metric: JsonObject, series: unknown, place: string, text: string): void {
    const name = textOf(memberAt(metric, 'name', 'value'));
    const resource = (this.around.resource || resourceIn(textOf(member(metric, 'id')))).toLowerCase();
    if (name === '' || resource === '')
      return this.gathered.reject(
        place,
        'expected a metric with a name and the id of its resource before its time series',
        text,
      );
    const { intervalMs } = this.around;
    const dimensions = listOf(member(series, 'metadatavalues'))
      // One spelling: answers have the name of a dimension in lower case, definitions do not.
      .map((one) => `${textOf(memberAt(one, 'name', 'value')).toLowerCase()}=${textOf(member(one, 'value'))}`)
      .sort();
    for (const [i, data] of listOf(member(series, 'data')).entries()) {
      const at = parseInstant(textOf(member(data, 'timeStamp')));
      if (!at.ok) {
        this.gathered.reject(`${place}, data[${i}]`, at.problem, JSON.stringify(data));
        continue;
      }
      const shared = { resource, metric: name, dimensions, at: at.value, intervalMs, told: this.around.told };
      const told = METRIC_AGGREGATIONS.flatMap((aggregation) => {
        const value = member(data, aggregation) ?? null;
        return value === null ? [] : [{ aggregation, value }];
      });
      const wrong = told.find(({ value }) => !isCount(value));
      if (wrong !== undefined) {
        const why = `${wrong.aggregation}: expected a number that Azure may have counted`;
        this.gathered.reject(`${place}, data[${i}]`, why, JSON.stringify(data));
        continue;
      }
      const samples = told.map((one): MetricSample => ({ ...shared, ...one, value: Number(one.value) }));
      if (samples.length === 0) this.gathered.ignore(NO_VALUE);
      for (const sample of samples) this.gathered.sample(sample);
    }
  }
}

/** Nothing that a cluster does in a minute is as many, bytes neither. */
const MOST = 1e18;

const isCount = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= MOST;

/** `…/loadBalancers/lb/providers/Microsoft.Insights/metrics/UsedSnatPorts` is of `…/loadBalancers/lb`. */
const resourceIn = (id: string): string =>
  id.slice(0, Math.max(0, id.toLowerCase().indexOf('/providers/microsoft.insights/metrics')));

/** Up to when was asked: the last minutes are still being revised. `2026-11-22T03:00:00Z/2026-11-22T04:00:00Z`. */
const endOf = (object: JsonObject): Instant => {
  const end = textOf(member(object, 'endtime')) || (textOf(member(object, 'timespan')).split('/')[1] ?? '');
  const at = parseInstant(end);
  return at.ok ? at.value : instant(0);
};
