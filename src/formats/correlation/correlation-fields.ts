/** A field's name without case, dashes, dots and underscores, and without what instrumentation puts before a header's name. */
const fieldName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^(?:http\.(?:request|response)\.header\.|guid:)/, '')
    .replaceAll(/[^a-z0-9]/g, '');

const named = (...names: readonly string[]): readonly string[] => names.map(fieldName);

/** Fields that carry the context of a trace whole: W3C's, Zipkin's. */
const CONTEXTS: ReadonlySet<string> = new Set(named('traceparent', 'b3'));
const TRACE_IDS: ReadonlySet<string> = new Set(named('trace_id', 'trace.id', 'otelTraceID', 'x-b3-traceid'));
const SPAN_IDS: ReadonlySet<string> = new Set(named('span_id', 'otelSpanID', 'x-b3-spanid'));

/** Fields whose value goes with a request from hop to hop, or names it at one hop. `az.…` are what the SDKs of Azure set on their spans. */
const CORRELATION_FIELDS: readonly string[] = [
  'x-ms-client-request-id',
  'x-ms-request-id',
  'x-ms-correlation-request-id',
  'az.client_request_id',
  'az.service_request_id',
  'client-request-id',
  'request-id',
  'x-request-id',
  'correlation-id',
  'x-correlation-id',
  'operation-id',
];

export type FieldRole = 'context' | 'trace' | 'span' | 'id';

/** What a field tells, by its name; null: nothing of this kind. `more` are fields that the user names. */
export type RoleOf = (name: string) => FieldRole | null;

/** Names that are remembered; a hostile file may bring a new one with every span. */
const REMEMBERED = 5_000;

export const rolesOf = (more: readonly string[] = []): RoleOf => {
  const ids = new Set(named(...CORRELATION_FIELDS, ...more));
  const known = new Map<string, FieldRole | null>();
  return (name) => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const role = roleOfField(fieldName(name), ids);
    if (known.size < REMEMBERED) known.set(name, role);
    return role;
  };
};

const roleOfField = (field: string, ids: ReadonlySet<string>): FieldRole | null => {
  if (CONTEXTS.has(field)) return 'context';
  if (TRACE_IDS.has(field)) return 'trace';
  if (SPAN_IDS.has(field)) return 'span';
  return ids.has(field) ? 'id' : null;
};
