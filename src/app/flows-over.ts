import { instant, renderInstant } from '../base/instant.ts';
import { stepsIn } from '../core/flow-steps.ts';
import { type FlowStep, type TimeSpan, VERDICT_KINDS, type VerdictKind } from '../core/ports.ts';

/** The flows by when they began, those that were alive before the interval in the first step: they sum to the coverage. */
export interface FlowsOver {
  readonly stepMs: number;
  readonly steps: readonly FlowsOfStep[];
}

type FlowsOfStep = Readonly<Record<VerdictKind, number>> & { readonly from: string };

/** With how many rows a list of them has: the newest so many that were alive in a step are those that began in it. */
export interface ListedOver extends FlowsOver {
  readonly steps: readonly (FlowsOfStep & { readonly rows: number })[];
}

export const flowsOver = (span: TimeSpan, stepMs: number, told: readonly FlowStep[]): FlowsOver => ({
  stepMs,
  steps: listedOver(span, stepMs, told).steps.map(({ rows: _rows, ...step }) => step),
});

export const listedOver = (span: TimeSpan, stepMs: number, told: readonly FlowStep[]): ListedOver => {
  const byStep = Map.groupBy(told, ({ step }) => step);
  const steps = Array.from({ length: stepsIn(span, stepMs) }, (_, step) => {
    const of = byStep.get(step) ?? [];
    return {
      from: renderInstant(instant(span.from + step * stepMs)),
      rows: Math.round(of.reduce((sum, { rows }) => sum + rows, 0)),
      ...(Object.fromEntries(
        VERDICT_KINDS.map((verdict) => [verdict, of.find((one) => one.verdict === verdict)?.flows ?? 0]),
      ) as Record<VerdictKind, number>),
    };
  });
  return { stepMs, steps };
};
