/** `1,284`. */
export const count = (n: number): string => Math.round(n).toLocaleString('en-US');

/** A sum of probabilities: `~3.2` says that it is one. */
export const expected = (n: number, exact: number): string => {
  if (Math.abs(n - exact) < 1e-9) return count(n);
  return n >= 100 ? `~${count(n)}` : `~${n.toFixed(1)}`;
};

/** SI: 1 kB is 1,000 bytes, as network tools count. */
export const bytes = (n: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  let value = Math.round(n);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
};

/** Never 100 % of what is not all, never 0 % of what is not nothing. */
export const percent = (part: number, whole: number): string => {
  if (whole === 0) return '0%';
  const share = (part / whole) * 100;
  if (part > 0 && share < 0.1) return '<0.1%';
  if (part < whole && share > 99.9) return '>99.9%';
  return `${Number(share.toFixed(1))}%`;
};

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${Math.round(n) === 1 ? one : many}`;

/** A difference of two shares: `+61.8`. */
export const points = (share: number): string => {
  const text = (share * 100).toFixed(1);
  return Number(text) === 0 ? '0' : share > 0 ? `+${text}` : text;
};
