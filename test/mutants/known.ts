/** Slips that cannot matter: file, change, reason. */
export const EQUIVALENT: readonly (readonly [file: string, change: string, reason: string])[] = [];
