import type { ReactNode } from 'react';

/** The seven ways in which a page has nothing to show. They differ in what is to be done next. */
export type EmptyKind = 'loading' | 'not-configured' | 'not-yet' | 'filtered' | 'forbidden' | 'degraded' | 'true-zero';

const MARKS: Readonly<Record<EmptyKind, string>> = {
  loading: '…',
  'not-configured': '＋',
  'not-yet': '◷',
  filtered: '⊘',
  forbidden: '✕',
  degraded: '▲',
  'true-zero': '0',
};

interface EmptyProps {
  readonly kind: EmptyKind;
  readonly title: string;
  readonly children?: ReactNode;
}

export const Empty = ({ kind, title, children }: EmptyProps) => (
  <div className={`empty empty-${kind}`} data-empty={kind} role={kind === 'loading' ? 'status' : undefined}>
    <span className="empty-mark" aria-hidden="true">
      {MARKS[kind]}
    </span>
    <div>
      <p className="empty-title">{title}</p>
      {children}
    </div>
  </div>
);
