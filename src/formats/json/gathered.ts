import type { AzureResource } from '../../core/egress/azure-resource.ts';
import type {
  FlowAggregate,
  GapSeen,
  InventoryLook,
  KubeEvent,
  LogLine,
  MetricSample,
  NodeSeen,
  PodSeen,
  Reject,
  Sighting,
} from '../../core/facts.ts';
import { REJECT_TEXT, type Taken } from '../decoder.ts';

/** Facts and rejects of a decoder whose facts are values, until they are taken. */
export class Gathered {
  private pods: PodSeen[] = [];
  private nodes: NodeSeen[] = [];
  private looks: InventoryLook[] = [];
  private gaps: GapSeen[] = [];
  private logLines: LogLine[] = [];
  private aggregates: FlowAggregate[] = [];
  private sightings: Sighting[] = [];
  private samples: MetricSample[] = [];
  private resources: AzureResource[] = [];
  private events: KubeEvent[] = [];
  private rejects: Reject[] = [];
  private ignored = new Map<string, number>();
  private clusters: string[] = [];
  private readonly clustersSeen = new Set<string>();

  get waiting(): number {
    return (
      this.pods.length +
      this.nodes.length +
      this.looks.length +
      this.gaps.length +
      this.logLines.length +
      this.aggregates.length +
      this.sightings.length +
      this.samples.length +
      this.resources.length +
      this.events.length +
      this.rejects.length
    );
  }

  pod(pod: PodSeen): void {
    this.pods.push(pod);
  }

  node(node: NodeSeen): void {
    this.nodes.push(node);
  }

  look(look: InventoryLook): void {
    this.looks.push(look);
  }

  gap(gap: GapSeen): void {
    this.gaps.push(gap);
  }

  logLine(line: LogLine): void {
    this.logLines.push(line);
  }

  aggregate(aggregate: FlowAggregate): void {
    this.aggregates.push(aggregate);
  }

  sighting(sighting: Sighting): void {
    this.sightings.push(sighting);
  }

  sample(sample: MetricSample): void {
    this.samples.push(sample);
  }

  resource(resource: AzureResource): void {
    this.resources.push(resource);
  }

  event(event: KubeEvent): void {
    this.events.push(event);
  }

  reject(place: string, why: string, text: string): void {
    // Taken apart and joined: a plain slice would keep the whole text, up to 16 MiB of it, alive.
    this.rejects.push({ place, why, text: text.slice(0, REJECT_TEXT).split('').join('') });
  }

  ignore(name: string): void {
    const what = name.slice(0, 80);
    this.ignored.set(what, (this.ignored.get(what) ?? 0) + 1);
  }

  cluster(name: string): void {
    if (this.clustersSeen.has(name)) return;
    this.clustersSeen.add(name);
    this.clusters.push(name);
  }

  take(): Taken {
    const {
      pods,
      nodes,
      looks,
      gaps,
      logLines,
      aggregates,
      sightings,
      samples,
      resources,
      events,
      rejects,
      ignored,
      clusters,
    } = this;
    this.pods = [];
    this.nodes = [];
    this.looks = [];
    this.gaps = [];
    this.logLines = [];
    this.aggregates = [];
    this.sightings = [];
    this.samples = [];
    this.resources = [];
    this.events = [];
    this.rejects = [];
    this.ignored = new Map();
    this.clusters = [];
    return {
      facts: {
        flowRecords: null,
        conntrack: null,
        pods,
        nodes,
        looks,
        gaps,
        logLines,
        aggregates,
        sightings,
        ...(samples.length === 0 ? {} : { samples }),
        ...(resources.length === 0 ? {} : { resources }),
        ...(events.length === 0 ? {} : { events }),
      },
      rejects,
      // fromEntries defines own members: a kind named `__proto__` is counted like any other.
      ignored: Object.fromEntries(ignored),
      clusters,
    };
  }
}
