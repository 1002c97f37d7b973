/**
 * One spelling of an id that requests carry: lower case, without the dashes and braces that some writers put into a GUID and others
 * do not. Two ids that differ in nothing else are one.
 */
export const canonicalId = (text: string): string => text.trim().toLowerCase().replaceAll(/[-{}]/g, '');

const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/i;
/** `b3: TRACE-SPAN-1`, the single header of Zipkin. */
const B3 = /^([\da-f]{32}|[\da-f]{16})-([\da-f]{16})(?:-[01d](?:-[\da-f]{16})?)?$/i;
const ZEROS = /^0*$/;

/** A trace id of 128 bits; half of one, as Zipkin and Datadog write it, is the lower half. null: it is none, or the one that means none. */
export const parseTraceId = (text: string): string | null => {
  const id = text.trim().toLowerCase();
  return /^(?:[\da-f]{32}|[\da-f]{16})$/.test(id) && !ZEROS.test(id) ? id.padStart(32, '0') : null;
};

export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header, or Zipkin's single header. */
export const parseTraceContext = (text: string): TraceContext | null => {
  const [, trace = '', spanId = ''] = TRACEPARENT.exec(text.trim()) ?? B3.exec(text.trim()) ?? [];
  const traceId = parseTraceId(trace);
  return traceId === null || ZEROS.test(spanId) ? null : { traceId, spanId: spanId.toLowerCase() };
};

/**
 * The spellings under which a sighting that carries `text` is found. Of a hierarchical Request-Id (`|root.1.2_3.`) that is the whole and
 * its root, which all requests of one operation share.
 * https://github.com/dotnet/runtime/blob/main/src/libraries/System.Diagnostics.DiagnosticSource/src/HierarchicalRequestId.md
 */
export const spellingsOf = (text: string): readonly string[] => {
  const context = parseTraceContext(text);
  if (context !== null) return [context.traceId];
  const hierarchical = /^\|([^.|\s]+)\./.exec(text.trim())?.[1];
  const whole = canonicalId(text);
  const spellings = hierarchical === undefined ? [whole] : [whole, canonicalId(hierarchical)];
  // Half a trace id is found under the whole one, which has zeros before it.
  const padded = /^[\da-f]{16}$/.test(whole) ? parseTraceId(whole) : null;
  return [...new Set(padded === null ? spellings : [...spellings, padded])].filter((id) => id !== '');
};
