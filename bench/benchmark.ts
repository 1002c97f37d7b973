import type { Checksum } from './checksum.ts';

/** How much data: `small` for every day, `full` for the figures that are promised. */
export type Scale = 'small' | 'full';

export const CONTENDERS = ['unmasq', 'duckdb', 'naive'] as const;
export type Contender = (typeof CONTENDERS)[number];

/** What one run of one contender came to. */
export interface Outcome {
  /** In the benchmark's unit. */
  readonly value: number;
  /** What was counted: records, flows, questions. */
  readonly rows: number;
  /** Sums over the result. Contenders that did the same work say the same. */
  readonly checksum: Checksum;
  /** CPU seconds of the measured part: all threads, user and system. */
  readonly cpuSeconds: number;
  /** Where it is not this process whose memory counts. */
  readonly rssMiB?: number;
  /** More figures of the same run, by name. */
  readonly more?: Readonly<Record<string, number>>;
}

/** An outcome and the most memory that its process ever held. */
export interface Measured extends Outcome {
  readonly rssMiB: number;
}

export interface Benchmark {
  /** For ever: results are compared over years by it. */
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** null: nothing was promised. */
  readonly floor: number | null;
  readonly aim: number | null;
  /** What is measured, in a sentence. */
  readonly what: string;
  /** What the machine would allow at most, and why. */
  readonly limit: string;
  /** What a peer does less, or differently. */
  readonly peers: string;
  readonly data: Readonly<Record<Scale, string>>;
  /** Rounds where five would take too long. */
  readonly rounds?: Readonly<Partial<Record<Scale, number>>>;
  /** Makes what is measured on; takes as long as it takes, once. */
  prepare(scale: Scale): Promise<void>;
  readonly run: Readonly<Partial<Record<Contender, (scale: Scale) => Promise<Outcome>>>>;
}
