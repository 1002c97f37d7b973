import { diffOf } from '../core/monitoring/diff.ts';
import type { WrittenFile } from '../core/monitoring/generate/blueprint.ts';
import type { Generated } from '../core/monitoring/generate/generated-files.ts';
import { hashIn, originOf } from '../core/monitoring/generate/stamp.ts';
import { lineEdits } from '../core/monitoring/line-edits.ts';

/** `changed`: unmasq wrote it, and would write it otherwise now. `edited`: somebody changed what unmasq wrote. `foreign`: unmasq never wrote it. */
export type Standing = 'new' | 'same' | 'changed' | 'edited' | 'foreign';

export interface ComparedFile extends WrittenFile {
  readonly standing: Standing;
  /** From what is there to what is generated; empty where they are the same. */
  readonly diff: string;
}

export interface ComparedFolder {
  readonly files: readonly ComparedFile[];
  /** Files that an earlier run wrote for the same thing, and that this one does not: they are the reader's to delete. */
  readonly left: readonly string[];
}

/** What programs read of a run. */
export interface GeneratedReport {
  readonly schemaVersion: 1;
  readonly kind: 'Generated';
  readonly what: Generated;
  /** null: it was compared with none. */
  readonly folder: string | null;
  /** Whether files of the folder were written. */
  readonly written: boolean;
  readonly files: readonly {
    readonly name: string;
    /** By which it knows itself: in its first line. */
    readonly hash: string;
    /** Of what the folder had; null: there is none. */
    readonly state: Standing | null;
    readonly content: string;
    readonly diff: string;
  }[];
  readonly left: readonly string[];
}

export const generatedReport = (
  what: Generated,
  files: readonly (WrittenFile & Partial<ComparedFile>)[],
  { folder = null, written = false, left = [] }: Partial<Pick<GeneratedReport, 'folder' | 'written' | 'left'>>,
): GeneratedReport => ({
  schemaVersion: 1,
  kind: 'Generated',
  what,
  folder,
  written,
  files: files.map(({ name, text, standing = null, diff = '' }) => ({
    name,
    hash: hashIn(text) ?? '',
    state: standing,
    content: text,
    diff,
  })),
  left,
});

/** What is generated beside what a folder has, file by file. `there`: its texts by name. */
export const compareGenerated = (
  what: Generated,
  files: readonly WrittenFile[],
  there: ReadonlyMap<string, string>,
): ComparedFolder => {
  const names = new Set(files.map(({ name }) => name));
  return {
    files: files.map((file) => ({ ...file, ...compared(file, there.get(file.name)) })),
    left: [...there]
      .filter(([name, text]) => !names.has(name) && text.includes(`unmasq generate ${what}. unmasq:generated `))
      .map(([name]) => name)
      .sort(),
  };
};

const compared = ({ name, text }: WrittenFile, there: string | undefined): Pick<ComparedFile, 'standing' | 'diff'> => {
  if (there === undefined) return { standing: 'new', diff: added(name, text) };
  // ends of lines as git turned them are no difference
  const before = there.replaceAll('\r\n', '\n');
  if (before === text) return { standing: 'same', diff: '' };
  const origin = originOf(before);
  return {
    standing: origin === 'generated' ? 'changed' : origin,
    diff: diffOf(name, before, lineEdits(name, before, text)),
  };
};

const added = (name: string, text: string): string => {
  const lines = text.split('\n').slice(0, -1);
  return `--- /dev/null\n+++ b/${name}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
};
