import type { Change } from './changes.ts';
import type { Spot } from './hcl/value.ts';

export const SEVERITIES = ['critical', 'warning', 'note'] as const;
/** `critical`: is refused, answers falsely, or can never work. `warning`: answers worse, breaks later, or wastes. `note`: worth knowing. */
export type Severity = (typeof SEVERITIES)[number];

/** What every finding of a code has in common. */
export interface FindingSpec {
  readonly severity: Severity;
  /** What is wrong, in general. */
  readonly says: string;
  /** Why that matters to whoever wants to know which pod it was. */
  readonly why: string;
  /** What to do about it, in general. */
  readonly fix: string;
  readonly doc: string;
  /** It stays, and its code is never given again. */
  readonly retired?: true;
}

/** One change of one file, by offsets: a diff and a fix in SARIF are made from it. */
export interface Edit {
  readonly file: string;
  readonly from: number;
  /** Not included. */
  readonly until: number;
  readonly text: string;
}

export interface Related {
  readonly spot: Spot;
  readonly says: string;
}

/** What a rule finds; the table of findings says the rest of its code. */
export interface Finding {
  readonly code: string;
  readonly spot: Spot;
  /** The address of the resource, or the object of Kubernetes: what a baseline knows it by, with the code. */
  readonly subject: string;
  /** What of the subject is meant, where it may have several such findings: a metric, a namespace. Never a line. */
  readonly key?: string;
  /** What is wrong here, with the numbers of here. */
  readonly message: string;
  /** Absent: the severity of the code. */
  readonly severity?: Severity;
  /** Why it matters for this cluster; absent: as the table says. */
  readonly matters?: string;
  /** What to do here; absent: as the table says. */
  readonly fix?: string;
  /** What mends it; absent or empty: nobody can say it for sure. */
  readonly changes?: readonly Change[];
  /** US dollars a month that the fix adds (or saves, negative); absent: not told. */
  readonly costPerMonth?: number;
  readonly related?: readonly Related[];
}
