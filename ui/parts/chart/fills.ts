import type { VerdictKind } from '../verdict.tsx';
import type { Fill } from './paint.ts';

/** As `.fill-…` of the style sheet. What is proven is solid. */
export const FILLS: Readonly<Record<VerdictKind, Fill>> = {
  exact: 'solid',
  node: 'solid',
  relayed: 'cross',
  probable: 'hatch',
  ambiguous: 'dots',
  unattributed: 'solid',
};
