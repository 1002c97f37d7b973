/**
 * The chance that a span was recorded, as its trace state tells: `ot=th:c` (rejected below that threshold of 56 bits), or the older
 * `ot=p:3` (one in 2 to the 3rd). null where it tells nothing.
 * https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export const samplingOf = (traceState: string): number | null => {
  const ot = /(?:^|,)\s*ot=([^,]*)/.exec(traceState)?.[1] ?? '';
  const member = (name: string): string | undefined =>
    ot
      .split(';')
      .find((part) => part.startsWith(`${name}:`))
      ?.slice(name.length + 1);
  const threshold = member('th');
  if (threshold !== undefined && /^[\da-f]{1,14}$/i.test(threshold))
    return 1 - Number.parseInt(threshold.padEnd(14, '0'), 16) / 2 ** 56;
  const power = member('p');
  return power !== undefined && /^\d{1,2}$/.test(power) && Number(power) < 63 ? 2 ** -Number(power) : null;
};
