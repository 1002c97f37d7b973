import type { Instant } from '../base/instant.ts';

/** Whose facts go: all of a namespace of a cluster, or one pod of it. */
export interface PurgeAsked {
  readonly cluster: string;
  readonly namespace: string;
  /** null: all of them. */
  readonly pod: string | null;
  /** Only what is of this time; a pod that was there before or after keeps its name. */
  readonly from: Instant;
  readonly until: Instant;
  /** Texts of others that have the namespace as a word lose it too, and not only those that name something in it. */
  readonly everyMention: boolean;
}

/** What becomes of rows of a table: they go, they name a stand-in, or they are another's and lose a name in their text. */
export interface PurgeStep {
  readonly table: string;
  readonly action: 'deleted' | 'renamed' | 'reworded';
  readonly rows: number;
}

export interface Purged {
  readonly pods: number;
  readonly steps: readonly PurgeStep[];
  /** Where one of the names still stands as a word, once it is done: in names of files, mostly. */
  readonly left: readonly { readonly table: string; readonly column: string; readonly rows: number }[];
}
