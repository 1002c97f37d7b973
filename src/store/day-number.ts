import type { Instant } from '../base/instant.ts';

/** A UTC day as the engine numbers partitions: 20261126. */
export const dayNumber = (at: Instant): number => Number(new Date(at).toISOString().slice(0, 10).replaceAll('-', ''));
