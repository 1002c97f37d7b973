import type { CollectorCheck } from '../core/ports.ts';

/** What is wrong, for whoever has to mend it. */
export interface Explained {
  readonly what: string;
  readonly why: string | null;
  readonly fix: string;
}

/** `ask` says what it found; what it throws is explained. */
export const sourceCheck = async (
  of: Pick<CollectorCheck, 'name' | 'cluster'>,
  ask: () => Promise<string>,
  explain: (error: unknown) => Explained,
): Promise<CollectorCheck> => {
  try {
    return { ...of, ok: true, says: await ask(), fix: null };
  } catch (error) {
    const { what, why, fix } = explain(error);
    return { ...of, ok: false, says: why === null ? what : `${what}: ${why}`, fix };
  }
};
