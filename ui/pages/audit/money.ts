const CENTS = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;

/** `$1,234.50`; what is not known is `?`, never 0. */
export const dollars = (usd: number | null): string =>
  usd === null ? '?' : `${usd < 0 ? '−' : ''}$${Math.abs(usd).toLocaleString('en-US', CENTS)}`;

export const signed = (usd: number | null): string => (usd !== null && usd > 0 ? `+${dollars(usd)}` : dollars(usd));

/** A sum of what is known. */
export const total = (usd: number, unknown: readonly string[]): string =>
  `${unknown.length > 0 ? 'at least ' : ''}${dollars(usd)}`;
