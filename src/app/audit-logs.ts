import { LOG_FINDINGS } from '../core/monitoring/findings/logs.ts';
import { LogSample } from '../core/monitoring/logs/log-sample.ts';
import { type LogAspects, type LogFinding, scoreLogs } from '../core/monitoring/logs/score-logs.ts';
import type { ByteObject } from '../core/ports.ts';
import { unitPrice } from '../core/prices/price-table.ts';
import { SHIPPED_PRICES } from '../core/prices/shipped-prices.ts';
import { type LineSink, LogLineReader, LogRowReader } from '../formats/log-lines/log-line-reader.ts';
import { HEAD_BYTES, recognise } from '../formats/recognise.ts';

export interface LogAuditAsked {
  readonly paths: readonly string[];
  /** Fields that carry correlation ids here, beside the usual ones. */
  readonly idFields: readonly string[];
  /** What the logs come to, GB a month; null: nobody says, and no saving is told. */
  readonly gbPerMonth: number | null;
}

/** One finding as programs read it: as findings of configurations are. */
export interface LogFindingLine {
  readonly code: string;
  readonly severity: LogFinding['severity'];
  readonly file: string;
  readonly line: number;
  readonly subject: string;
  readonly message: string;
  readonly matters: string;
  readonly fix: string;
  readonly doc: string;
  /** US dollars a month that the fix adds, negative where it saves; null: not told. */
  readonly costPerMonth: number | null;
  /** The share of the bytes of the sample that the fix spares; null: none. */
  readonly sparedShare: number | null;
  readonly related: readonly { readonly file: string; readonly line: number; readonly says: string }[];
}

export interface LogAudit {
  readonly schemaVersion: 1;
  readonly kind: 'LogAudit';
  readonly query: LogAuditAsked;
  readonly lines: number;
  readonly bytes: number;
  /** Of 100: the mean of the aspects that are known. */
  readonly score: number | null;
  readonly aspects: LogAspects;
  readonly services: readonly {
    readonly service: string;
    readonly lines: number;
    readonly bytes: number;
    readonly json: number;
    readonly requests: number;
    readonly requestsWithId: number;
  }[];
  readonly summary: Readonly<Record<LogFinding['severity'], number>>;
  readonly findings: readonly LogFindingLine[];
  readonly completeness: { readonly complete: boolean; readonly reasons: readonly string[] };
}

/** Scores a sample of logs. Nothing is stored, and nothing of a line but names of fields and ids is told. */
export const auditLogs = async (objects: Iterable<ByteObject>, asked: LogAuditAsked): Promise<LogAudit> => {
  const sample = new LogSample();
  const reasons: string[] = [];
  let refused = 0;
  for (const object of objects) {
    const { problem, read } = await readObject(object, sample, asked.idFields);
    if (problem !== null) reasons.push(`${object.name} was not read to its end: ${problem}`);
    else if (read.told === 0 && read.refused === 0) reasons.push(`${object.name} has no lines`);
    refused += read.refused;
  }
  if (refused > 0) reasons.push(`${refused} rows could not be read`);
  if (sample.placedLeft > 0)
    reasons.push(`${sample.placedLeft} lines with ids were left out of what is said of how ids travel`);
  const { score, aspects, findings } = scoreLogs(sample);
  const lines = findings.map((one) => findingLine(one, asked.gbPerMonth));
  return {
    schemaVersion: 1,
    kind: 'LogAudit',
    query: asked,
    lines: sample.lines,
    bytes: sample.bytes,
    score,
    aspects,
    services: [...sample.services]
      .map(([service, { lines: of, bytes, json, requests, requestsWithId }]) => ({
        service,
        lines: of,
        bytes,
        json,
        requests,
        requestsWithId,
      }))
      .toSorted((a, b) => b.bytes - a.bytes || (a.service < b.service ? -1 : 1)),
    summary: {
      critical: lines.filter(({ severity }) => severity === 'critical').length,
      warning: lines.filter(({ severity }) => severity === 'warning').length,
      note: lines.filter(({ severity }) => severity === 'note').length,
    },
    findings: lines,
    completeness: { complete: reasons.length === 0, reasons },
  };
};

const readObject = async (
  object: ByteObject,
  sample: LogSample,
  idFields: readonly string[],
): Promise<{ readonly problem: string | null; readonly read: LineSink['read'] }> => {
  const head: Uint8Array[] = [];
  let sink: LineSink | null = null;
  let problem: string | null = null;
  let held = 0;
  const begin = (): LineSink => {
    const first = joined(head);
    const format = recognise(first, object.name);
    const begun =
      format.ok && format.value === 'ContainerLogV2'
        ? new LogRowReader(sample, object.name, idFields, first)
        : new LogLineReader(sample, object.name, idFields);
    begun.push(first);
    return begun;
  };
  for await (const piece of object.read()) {
    if (!piece.ok) problem = piece.problem;
    else if (sink !== null) sink.push(piece.value);
    else {
      head.push(piece.value);
      held += piece.value.length;
      if (held >= HEAD_BYTES) sink = begin();
    }
  }
  const whole = sink ?? begin();
  whole.end();
  return { problem, read: whole.read };
};

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

const findingLine = (
  { code, severity, place, subject, message, related, sparedShare }: LogFinding,
  gbPerMonth: number | null,
): LogFindingLine => {
  const { why, fix, doc } = LOG_FINDINGS[code];
  const price = unitPrice(SHIPPED_PRICES, 'analyticsLogs');
  return {
    code,
    severity,
    file: place.file,
    line: place.line,
    subject,
    message,
    matters: why,
    fix,
    doc,
    costPerMonth:
      sparedShare === null || gbPerMonth === null || price === null
        ? null
        : -Math.round(sparedShare * gbPerMonth * price * 100) / 100,
    sparedShare,
    related: related.map(({ place: { file, line }, says }) => ({ file, line, says })),
  };
};
