import type { Placed } from '../../trace/propagation.ts';
import { columnWith, conceptOf, levelOf, bareName } from './concepts.ts';
import type { LineField, LinePlace, LineTaker, TimeForm, ToldLine } from './told-line.ts';

/** How often something was seen, and where first. */
export interface Seen {
  count: number;
  readonly first: LinePlace;
}

/** What the lines of one service tell. */
export class ServiceLines {
  lines = 0;
  bytes = 0;
  json = 0;
  continuations = 0;
  requests = 0;
  requestsWithId = 0;
  withId = 0;
  readonly first: LinePlace;
  notJson: Seen | null = null;
  noLevel: Seen | null = null;
  noId: Seen | null = null;
  noTime: Seen | null = null;
  readonly times = new Map<TimeForm, Seen>();
  /** How far the line's own time is from when it was taken, of some lines: milliseconds. */
  readonly lags: number[] = [];
  readonly repeated = new Map<string, Repeated>();

  constructor(first: LinePlace) {
    this.first = first;
  }
}

/** A field whose value ContainerLogV2 has in a column. */
export interface Repeated {
  readonly path: string;
  readonly column: string;
  readonly first: LinePlace;
  bytes: number;
  lines: number;
  readonly values: Set<string>;
}

/** Spellings of one name, each with the services that use it. */
export interface Spelling extends Seen {
  readonly services: Set<string>;
}

const MOST_SERVICES = 500;
const MOST_NAMES = 5_000;
const MOST_PLACED = 100_000;
const MOST_LAGS = 2_000;
/** Fields of more values are about the request, not about who wrote the line. */
const MOST_VALUES = 50;

/** Adds up what lines tell, in bounded memory, however many there are. */
export class LogSample implements LineTaker {
  lines = 0;
  bytes = 0;
  readonly services = new Map<string, ServiceLines>();
  /** By what they mean, and then as they are spelled. */
  readonly names = new Map<string, Map<string, Spelling>>();
  readonly levels = new Map<string, Map<string, Spelling>>();
  /** Lines that carry ids or tell of calls, as the rules of propagation look at them. */
  readonly placed: Placed[] = [];
  /** Such lines beyond those that are kept. */
  placedLeft = 0;
  private readonly placedHosts: string[] = [];
  private spelled = 0;

  line(line: ToldLine): void {
    this.lines++;
    this.bytes += line.bytes;
    const service = this.service(line);
    service.lines++;
    service.bytes += line.bytes;
    if (line.isJson) service.json++;
    else service.notJson = seen(service.notJson, line.place);
    if (line.isContinuation) {
      service.continuations++;
      return;
    }
    this.told(line, service);
    for (const field of line.fields) this.field(field, line, service);
  }

  /** Lines as callers and callees, once it is known which services there are. */
  hops(): readonly Placed[] {
    const byName = new Map([...this.services.keys()].map((name) => [name.slice(name.lastIndexOf('/') + 1), name]));
    return this.placed.map((one, i) => {
      const host = this.placedHosts[i] ?? '';
      const other = byName.get(host.split('.')[0] ?? '') ?? '';
      return other === '' ? one : { ...one, other, sighting: { ...one.sighting, kind: 'client' } };
    });
  }

  private service({ service: name, place }: ToldLine): ServiceLines {
    const known = this.services.get(name);
    if (known !== undefined) return known;
    const key = this.services.size < MOST_SERVICES ? name : OTHERS;
    const added = this.services.get(key) ?? new ServiceLines(place);
    this.services.set(key, added);
    return added;
  }

  private told(line: ToldLine, service: ServiceLines): void {
    const hasId = line.traceId !== '' || line.ids.length > 0;
    if (hasId) service.withId++;
    if (line.isRequest) {
      service.requests++;
      if (hasId) service.requestsWithId++;
      else service.noId = seen(service.noId, line.place);
    }
    if (line.level === null) service.noLevel = seen(service.noLevel, line.place);
    else this.spell(this.levels, levelOf(line.level) ?? line.level.toLowerCase(), line.level, line);
    if (line.time === null) {
      if (line.takenMs === null) service.noTime = seen(service.noTime, line.place);
    } else {
      const { form, atMs } = line.time;
      service.times.set(form, seen(service.times.get(form) ?? null, line.place));
      if (atMs !== null && line.takenMs !== null && service.lags.length < MOST_LAGS)
        service.lags.push(atMs - line.takenMs);
    }
    if (!hasId && line.calls === '') return;
    if (this.placed.length >= MOST_PLACED) this.placedLeft++;
    else {
      const { traceId, ids } = line;
      this.placed.push({
        workload: line.service,
        other: '',
        sighting: { kind: 'log', spanId: '', parentSpanId: '', traceId, ids },
      });
      this.placedHosts.push(line.calls);
    }
  }

  private field({ path, value, bytes }: LineField, line: ToldLine, service: ServiceLines): void {
    this.spell(this.names, conceptOf(path) ?? bareName(path), path, line);
    const column = columnWith(path);
    if (column === null) return;
    const repeated = service.repeated.get(path) ?? {
      path,
      column,
      first: line.place,
      bytes: 0,
      lines: 0,
      values: new Set(),
    };
    service.repeated.set(path, repeated);
    repeated.bytes += bytes;
    repeated.lines++;
    if (repeated.values.size <= MOST_VALUES) repeated.values.add(value.slice(0, 200));
  }

  private spell(all: Map<string, Map<string, Spelling>>, means: string, spelling: string, line: ToldLine): void {
    const spellings = all.get(means) ?? new Map<string, Spelling>();
    const before = spellings.get(spelling);
    if (before === undefined && this.spelled >= MOST_NAMES) return;
    if (before === undefined) this.spelled++;
    const one = before ?? { count: 0, first: line.place, services: new Set<string>() };
    one.count++;
    one.services.add(line.service);
    spellings.set(spelling, one);
    all.set(means, spellings);
  }
}

const OTHERS = '(others)';

const seen = (before: Seen | null, place: LinePlace): Seen => {
  if (before === null) return { count: 1, first: place };
  before.count++;
  return before;
};
