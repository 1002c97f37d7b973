import type { RatesAccuracy } from '../core/ports.ts';

/** How far the probabilities were checked on this cluster, as programs read it. */
export interface Accuracy {
  readonly days: number;
  /** Flows whose translation was hidden from the rates, of all kinds; then by slice, the worst calibrated first. */
  readonly hidden: number;
  readonly top1: number | null;
  readonly ece: number | null;
  readonly slices: RatesAccuracy['slices'];
}

/** Fewer hidden flows than this check nothing. */
const ENOUGH = 200;

export const accuracyOf = (rates: RatesAccuracy | null): Accuracy | null => {
  if (rates === null) return null;
  const all = rates.slices.find(({ slice }) => slice === 'all');
  return {
    days: rates.days,
    hidden: all?.flows ?? 0,
    top1: all?.right ?? null,
    ece: all?.ece ?? null,
    slices: rates.slices.filter(({ slice }) => slice !== 'all').sort((a, b) => b.ece - a.ece),
  };
};

/** What stands beside probabilities that rates gave. */
export const accuracySays = ({ days, hidden, top1, ece, slices }: Accuracy): string => {
  const span = days === 1 ? 'one day' : `${days} days`;
  if (hidden < ENOUGH || top1 === null || ece === null)
    return 'probabilities are by rates, and nothing on this cluster checks them: conntrack of a few nodes would';
  const worst = slices.find(({ flows }) => flows >= ENOUGH);
  return `probabilities are by rates: of ${hidden} flows of ${span} whose translation was hidden from them, ${percentOf(top1)} named first were right, calibration error ${ece.toFixed(3)}${worst === undefined ? '' : ` (worst, ${worst.slice.replace('-', ' ')}: ${worst.ece.toFixed(3)})`}`;
};

const percentOf = (share: number): string => `${(share * 100).toFixed(1)}%`;
