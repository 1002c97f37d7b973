import { type Hop, propagationOf } from '../../trace/propagation.ts';
import { CONCEPTS } from './concepts.ts';
import { LOG_FINDINGS, type LogCode } from '../findings/logs.ts';
import type { LogSample, Repeated, ServiceLines, Spelling } from './log-sample.ts';
import type { LinePlace } from './told-line.ts';

export interface LogFinding {
  readonly code: LogCode;
  readonly severity: 'critical' | 'warning' | 'note';
  readonly place: LinePlace;
  /** The service, or what it is about: `trace id`, `shop/cart → shop/payment`. */
  readonly subject: string;
  readonly message: string;
  readonly related: readonly { readonly place: LinePlace; readonly says: string }[];
  /** The share of all bytes that the fix spares; null: it spares none. */
  readonly sparedShare: number | null;
}

/** Shares from 0 to 1; null: nothing in the sample tells. */
export interface LogAspects {
  readonly json: number | null;
  readonly levels: number | null;
  readonly times: number | null;
  readonly names: number | null;
  readonly ids: number | null;
  readonly propagated: number | null;
  readonly lean: number | null;
}

export interface LogScore {
  readonly aspects: LogAspects;
  /** The mean of what is known, of 100; null: the sample is empty. */
  readonly score: number | null;
  readonly findings: readonly LogFinding[];
  readonly hops: readonly Hop[];
}

/** Below it a share is a finding. */
const MOST = 0.95;
/** Of request lines: some are about requests that have no id, such as probes. */
const MOST_IDS = 0.8;
/** Of bytes. */
const REPEATED = 0.01;
/** Of the lines that tell the thing. */
const SPELLED = 0.01;
/** A clock or a zone is wrong beyond it. */
const LAG_MS = 60_000;

export const scoreLogs = (sample: LogSample): LogScore => {
  const hops = propagationOf(sample.hops(), []).filter(({ calls }) => calls > 0);
  const services = [...sample.services];
  const findings = [
    ...services.flatMap(([name, service]) => [
      ...notJson(name, service),
      ...noLevel(name, service),
      ...times(name, service),
      ...noIds(name, service),
      ...repeated(name, service, sample.bytes),
    ]),
    ...severalNames(sample),
    ...severalLevels(sample),
    ...severalForms(sample),
    ...lost(hops, sample),
  ];
  const aspects = aspectsOf(sample, hops);
  const known = Object.values(aspects).filter((share): share is number => share !== null);
  return {
    aspects,
    score: known.length === 0 ? null : Math.round((100 * known.reduce((sum, share) => sum + share, 0)) / known.length),
    findings: findings.toSorted(byPlace),
    hops,
  };
};

const byPlace = (a: LogFinding, b: LogFinding): number =>
  (a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : 0) ||
  a.place.line - b.place.line ||
  (a.code < b.code ? -1 : a.code > b.code ? 1 : a.subject < b.subject ? -1 : 1);

const finding = (
  code: LogCode,
  subject: string,
  place: LinePlace,
  message: string,
  more: Partial<Pick<LogFinding, 'severity' | 'related' | 'sparedShare'>> = {},
): LogFinding => ({
  code,
  severity: LOG_FINDINGS[code].severity,
  place,
  subject,
  message,
  related: [],
  sparedShare: null,
  ...more,
});

const isFew = (part: number, whole: number): boolean => whole > 0 && part / whole < MOST;

const notJson = (name: string, { lines, json, continuations, notJson: seen }: ServiceLines): readonly LogFinding[] =>
  seen === null || !isFew(json, lines)
    ? []
    : [
        finding(
          'LOG010',
          name,
          seen.first,
          `${seen.count} of ${linesOf(lines)} are not JSON${continuations === 0 ? '' : `, ${continuations} of them are parts of stack traces`}`,
        ),
      ];

const noLevel = (name: string, { lines, continuations, noLevel: seen }: ServiceLines): readonly LogFinding[] => {
  const whole = lines - continuations;
  return seen === null || !isFew(whole - seen.count, whole)
    ? []
    : [finding('LOG009', name, seen.first, `${seen.count} of ${linesOf(whole)} tell no level`)];
};

const times = (
  name: string,
  { lines, continuations, noTime, times: forms, lags }: ServiceLines,
): readonly LogFinding[] => {
  const whole = lines - continuations;
  const zoneless = forms.get('without a zone');
  const lag = lags.toSorted((a, b) => a - b).at(Math.floor(lags.length / 2)) ?? 0;
  return [
    ...(noTime === null || !isFew(whole - noTime.count, whole)
      ? []
      : [
          finding(
            'LOG015',
            name,
            noTime.first,
            `${noTime.count} of ${linesOf(whole)} tell no time, and nothing around them does`,
          ),
        ]),
    ...(zoneless === undefined || !isFew(whole - zoneless.count, whole)
      ? []
      : [finding('LOG015', name, zoneless.first, `${zoneless.count} of ${whole} times are without a zone`)]),
    ...(Math.abs(lag) <= LAG_MS
      ? []
      : [
          finding(
            'LOG015',
            name,
            [...forms.values()][0]?.first ?? { file: '', line: 0 },
            `its times are ${minutes(Math.abs(lag))} ${lag < 0 ? 'before' : 'after'} the lines were taken: a local time, or a clock that is wrong`,
          ),
        ]),
  ];
};

const linesOf = (n: number): string => `${n} ${n === 1 ? 'line' : 'lines'}`;

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

const noIds = (name: string, { requests, requestsWithId, noId }: ServiceLines): readonly LogFinding[] => {
  if (noId === null || requestsWithId / requests >= MOST_IDS) return [];
  return [
    requestsWithId === 0
      ? finding('LOG011', name, noId.first, `none of ${linesOf(requests)} about requests carries an id`)
      : finding('LOG011', name, noId.first, `${noId.count} of ${linesOf(requests)} about requests carry no id`, {
          severity: 'warning',
        }),
  ];
};

/** Fields that tell who wrote the line, not what it is about: few values, or the same one always. */
const isOfWriter = ({ values, lines }: Repeated): boolean =>
  values.size === 1 || (values.size <= 10 && values.size <= lines / 5);

const repeatedIn = ({ repeated: all }: ServiceLines): readonly Repeated[] => [...all.values()].filter(isOfWriter);

const repeated = (name: string, service: ServiceLines, allBytes: number): readonly LogFinding[] => {
  const fields = repeatedIn(service).toSorted((a, b) => b.bytes - a.bytes);
  const bytes = fields.reduce((sum, one) => sum + one.bytes, 0);
  const [first] = fields;
  if (first === undefined || bytes / service.bytes < REPEATED) return [];
  return [
    finding(
      'LOG014',
      name,
      first.first,
      `${share(bytes, service.bytes)} of its bytes are in ${fields.map(({ path, column }) => `${path} (${column})`).join(', ')}`,
      { sparedShare: bytes / allBytes },
    ),
  ];
};

const share = (part: number, whole: number): string => `${Number(((100 * part) / whole).toFixed(1))} %`;

const severalNames = ({ names }: LogSample): readonly LogFinding[] =>
  [...names].flatMap(([means, spellings]) => severalOf('LOG012', nameOf(means, spellings), spellings));

/** A thing of the application's own has no name but those that it is given. */
const nameOf = (means: string, spellings: ReadonlyMap<string, Spelling>): string =>
  Object.hasOwn(CONCEPTS, means) ? means : (mostUsed(spellings)[0]?.[0] ?? means);

const severalLevels = ({ levels }: LogSample): readonly LogFinding[] =>
  [...levels].flatMap(([level, spellings]) => severalOf('LOG009', level, spellings));

const mostUsed = (spellings: ReadonlyMap<string, Spelling>): readonly (readonly [string, Spelling])[] =>
  [...spellings].toSorted(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));

const severalOf = (code: LogCode, subject: string, spellings: ReadonlyMap<string, Spelling>): readonly LogFinding[] => {
  const whole = [...spellings.values()].reduce((sum, { count }) => sum + count, 0);
  const used = mostUsed(spellings).filter(([, { count }]) => count / whole >= SPELLED);
  const [, other] = used;
  if (other === undefined) return [];
  return [
    finding(code, subject, other[1].first, used.map(usedBy).join(', '), {
      related: used.filter((one) => one !== other).map(([spelling, { first }]) => ({ place: first, says: spelling })),
    }),
  ];
};

const usedBy = ([spelling, { count, services }]: readonly [string, Spelling]): string =>
  `${spelling} (${linesOf(count)} of ${[...services].toSorted().slice(0, 3).join(', ')}${services.size > 3 ? ' …' : ''})`;

const severalForms = ({ services }: LogSample): readonly LogFinding[] => {
  const forms = new Map<string, Spelling>();
  for (const [name, { times: of }] of services)
    for (const [form, { count, first }] of of) {
      const one = forms.get(form) ?? { count: 0, first, services: new Set<string>() };
      one.count += count;
      one.services.add(name);
      forms.set(form, one);
    }
  return severalOf('LOG015', 'forms of time', forms).map((one) => ({ ...one, severity: 'note' }));
};

const LOST: Readonly<Record<Hop['lost'], string>> = {
  nowhere: '',
  'in-part': 'some arrive',
  'callee-silent': 'the other carries no ids at all',
  'caller-silent': '',
  'not-passed': 'the other has ids of its own',
  restarted: 'the other begins its own',
};

const lost = (hops: readonly Hop[], { services }: LogSample): readonly LogFinding[] =>
  hops.flatMap((hop) => {
    const [sent, arrived] = [hop.traceIds + hop.ids, hop.traceIdsArrived + hop.idsArrived];
    const place = services.get(hop.to)?.first;
    if (place === undefined || sent === arrived || !(hop.lost in LOST)) return [];
    return [
      finding(
        'LOG013',
        `${hop.from} → ${hop.to}`,
        place,
        `${sent - arrived} of ${sent} ids with which ${hop.from} called are in no line of ${hop.to}: ${LOST[hop.lost]} (${hop.examples.join(', ')})`,
      ),
    ];
  });

const aspectsOf = (sample: LogSample, hops: readonly Hop[]): LogAspects => {
  const services = [...sample.services.values()];
  const sum = (of: (service: ServiceLines) => number): number => services.reduce((all, one) => all + of(one), 0);
  const [lines, continuations, requests] = [sum((s) => s.lines), sum((s) => s.continuations), sum((s) => s.requests)];
  const whole = lines - continuations;
  const part = (of: number, all: number): number | null => (all === 0 ? null : of / all);
  const concepts = [...sample.names].filter(([means]) => Object.hasOwn(CONCEPTS, means));
  const clear = concepts.filter(([means, spellings]) => severalOf('LOG012', means, spellings).length === 0);
  const ids = hops.reduce((all, hop) => all + hop.traceIds + hop.ids, 0);
  return {
    json: part(
      sum(({ json }) => json),
      lines,
    ),
    levels: part(whole - sum(({ noLevel: seen }) => seen?.count ?? 0), whole),
    times: part(
      whole - sum(({ noTime, times: forms }) => (noTime?.count ?? 0) + (forms.get('without a zone')?.count ?? 0)),
      whole,
    ),
    names: part(clear.length, concepts.length),
    ids: part(
      sum(({ requestsWithId }) => requestsWithId),
      requests,
    ),
    propagated: part(
      hops.reduce((all, hop) => all + hop.traceIdsArrived + hop.idsArrived, 0),
      ids,
    ),
    lean: part(sample.bytes - sum((s) => repeatedIn(s).reduce((all, { bytes }) => all + bytes, 0)), sample.bytes),
  };
};
