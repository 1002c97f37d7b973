import type { FindingSpec } from '../finding.ts';

/** LOG009 and on: of a sample of logs. */
export const LOG_FINDINGS = {
  LOG009: {
    severity: 'note',
    says: 'lines tell no level, or one level in several words',
    why: 'what failed cannot be told from what went well without reading it; an alert on one word misses the other',
    fix: 'Write a level in each line, in one field, in the same words in every service.',
    doc: 'https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitytext',
  },
  LOG010: {
    severity: 'warning',
    says: 'lines are not JSON',
    why: 'ids and fields have to be found in words; lines of one stack trace become rows of their own, without the id of their request',
    fix: 'Have the logger write one JSON object a line, stack traces in a field of it.',
    doc: 'https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-logs-schema',
  },
  LOG011: {
    severity: 'critical',
    says: 'lines about requests carry no correlation or trace id',
    why: 'what happened to one request cannot be followed through this service: `unmasq trace` ends here',
    fix: 'Log the trace id of the current span (trace_id), or the correlation id that came with the request.',
    doc: 'https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/',
  },
  LOG012: {
    severity: 'warning',
    says: 'one thing goes by several names',
    why: 'a query has to know all of them, and finds a part of the lines where it does not',
    fix: 'Agree on one name for it in all services.',
    doc: 'https://opentelemetry.io/docs/specs/semconv/general/naming/',
  },
  LOG013: {
    severity: 'warning',
    says: 'ids are lost or changed on the way from one service to another',
    why: 'the journey of a request has a hole there',
    fix: 'Pass traceparent (or the correlation id) on with each call, and log what came in.',
    doc: 'https://www.w3.org/TR/trace-context/',
  },
  LOG014: {
    severity: 'note',
    says: 'lines repeat what ContainerLogV2 has of them already',
    why: 'each byte of a line is paid for, and these are paid for twice',
    fix: 'Leave these fields away; KubernetesMetadata has labels and image where its collection is on.',
    doc: 'https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2',
  },
  LOG015: {
    severity: 'warning',
    says: 'times are missing, without a zone, in several forms, or far from when the line was taken',
    why: 'lines of several services cannot be put in order, and are looked for at the wrong time',
    fix: 'Write RFC 3339 in UTC with fractions of a second: 2026-11-22T03:04:17.123Z.',
    doc: 'https://www.rfc-editor.org/rfc/rfc3339',
  },
} as const satisfies Record<string, FindingSpec>;

export type LogCode = keyof typeof LOG_FINDINGS;
