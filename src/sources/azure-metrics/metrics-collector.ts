import type { TokenCredential } from '@azure/identity';
import { each } from '../../base/each.ts';
import { HOUR, type Instant, instant, LATEST, MINUTE, parseInstant } from '../../base/instant.ts';
import type { Collector, CollectorCheck, Measure, TakeIn, TimeSpan } from '../../core/ports.ts';
import { AzureApi } from '../azure/azure-api.ts';
import { type AzureTrouble, azureTroubleOf } from '../azure/azure-trouble.ts';
import { scopeOf } from '../azure/endpoint.ts';
import { azureIdentity } from '../azure/identity.ts';
import type { Pause } from '../pause.ts';
import { lookAgain } from '../look-again.ts';
import { measuring } from '../measure.ts';
import { type Explained, sourceCheck } from '../source-check.ts';
import { stretches } from '../stretches.ts';
import type { MetricResource } from './metric-groups.ts';
import { CURSORS_AT, MetricsObject } from './metrics-object.ts';

export interface MetricsOptions {
  readonly resource: MetricResource;
  readonly endpoint: string;
  readonly cluster: string;
  readonly everyMs: number;
  /** Earlier minutes are not read. */
  readonly since: Instant;
  /** null: whoever runs this. */
  readonly credential: TokenCredential | null;
  readonly cursors: (source: string, span: TimeSpan) => Promise<ReadonlyMap<string, string>>;
  readonly now: () => Instant;
  readonly random: () => number;
  readonly pause: Pause;
  readonly log: (line: string) => void;
  /** What is wrong, for whoever has to mend it. */
  readonly explain: (trouble: AzureTrouble) => Explained;
}

/** Azure adds up what its machines report late: minutes that are younger are read again. A value that was asked for later replaces the earlier one. */
const REVISED_MS = 15 * MINUTE;
/** So much is asked for at a time. */
const STRETCH_MS = 6 * HOUR;
const CURSORS: TimeSpan = { from: CURSORS_AT, until: LATEST };

/** Reads the metrics of one resource, again and again. */
export class MetricsCollector implements Collector {
  readonly name: string;
  private readonly options: MetricsOptions;
  private api: AzureApi | null = null;
  private upToDate: Instant;
  private readonly counts = { samples: 0, requests: 0, throttled: 0, failures: 0 };

  constructor(options: MetricsOptions) {
    this.options = options;
    this.name = options.resource.id;
    this.upToDate = options.now();
  }

  async run(take: TakeIn, stop: AbortSignal): Promise<void> {
    const failed = (error: unknown): AzureTrouble => {
      this.counts.failures++;
      // A credential may have been replaced, or have run out.
      this.counts.requests += this.api?.requests ?? 0;
      this.counts.throttled += this.api?.throttled ?? 0;
      this.api = null;
      return azureTroubleOf(error);
    };
    await lookAgain(() => this.look(take, stop), { ...this.options, name: this.name, failed }, stop);
  }

  private async look(take: TakeIn, stop: AbortSignal): Promise<void> {
    const { resource, cluster, cursors, now } = this.options;
    const began = now();
    this.api ??= await this.open(stop);
    const until = instant(Math.floor(began / MINUTE) * MINUTE);
    const read = await cursors(resource.id.toLowerCase(), CURSORS);
    for (const group of resource.groups)
      for (const span of stretches(this.from(read.get(group.name)), until, STRETCH_MS)) {
        if (stop.aborted) return;
        const object = new MetricsObject(this.api, resource.id, group, span);
        const [taken] = await take(each([object]), { cluster, node: '', at: null });
        if (object.trouble !== null) throw object.trouble;
        if (taken?.problem !== null) throw new Error(taken?.problem ?? 'nothing was said of it');
        this.counts.samples += object.samples;
      }
    this.upToDate = began;
  }

  private from(position: string | undefined): Instant {
    const at = position === undefined ? null : parseInstant(position);
    const before = at?.ok === true ? at.value - REVISED_MS : 0;
    return instant(Math.floor(Math.max(this.options.since, before) / MINUTE) * MINUTE);
  }

  private async open(stop: AbortSignal): Promise<AzureApi> {
    const { endpoint, pause, random } = this.options;
    const credential = this.options.credential ?? (await azureIdentity());
    return new AzureApi({ endpoint, scope: scopeOf(endpoint), credential, pause, random, stop });
  }

  check(stop: AbortSignal): Promise<CollectorCheck> {
    const { cluster, explain, resource, now } = this.options;
    const ask = async (): Promise<string> => {
      const until = instant(Math.floor(now() / MINUTE) * MINUTE);
      const [group] = resource.groups;
      const span = { from: instant(until - 5 * MINUTE), until };
      const object = new MetricsObject(await this.open(stop), resource.id, group as (typeof resource.groups)[0], span);
      for await (const _ of object.read());
      if (object.trouble !== null) throw object.trouble;
      return 'its metrics can be read';
    };
    return sourceCheck({ name: this.name, cluster }, ask, (error) => explain(azureTroubleOf(error)));
  }

  measures(): readonly Measure[] {
    const { counts, options, api, upToDate } = this;
    const measure = measuring('azure_metrics', { resource: this.name, cluster: options.cluster });
    const behind = Math.max(0, options.now() - upToDate) / 1_000;
    return [
      measure('points_total', counts.samples),
      measure('requests_total', counts.requests + (api?.requests ?? 0)),
      measure('throttled_total', counts.throttled + (api?.throttled ?? 0)),
      measure('failures_total', counts.failures),
      measure('behind_seconds', behind),
    ];
  }
}
