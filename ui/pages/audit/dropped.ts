import { MOST_POSTED, type PostedFile } from '../../../src/contract/questions.ts';
import type { FilesAsked } from '../../api/use-answer.ts';

/** Files that somebody dropped into the page, by what is asked of them. They stay in this tab. */
export interface Dropped {
  readonly audit: FilesAsked | null;
  readonly spec: FilesAsked | null;
  /** Files that say nothing of monitoring, as their names tell. */
  readonly passedOver: number;
}

export const NOTHING_DROPPED: Dropped = { audit: null, spec: null, passedOver: 0 };

/** As `unmasq audit` walks a folder. */
const WANTED = /\.(?:tf|tofu|tfvars|json|ya?ml|kql|csl)$/i;
const NOT_ENTERED = /(?:^|\/)(?:\.git|\.terraform|\.terragrunt-cache|node_modules|\.venv|vendor)\//;

export const isWanted = (path: string): boolean => WANTED.test(path) && !NOT_ENTERED.test(path);

/** A spec says which cluster it is of, at its left edge; what Kubernetes or Azure take does not. */
export const isSpec = ({ path, text }: PostedFile): boolean =>
  /\.(?:ya?ml|json)$/i.test(path) &&
  /^(?:cluster\s*:|\s{0,2}\{?\s*"cluster"\s*:)/m.test(text) &&
  !/^kind\s*:/m.test(text);

/** Each question gets what is meant for it; of several specs the first. */
export const sorted = (files: readonly PostedFile[], number: number, passedOver: number): Dropped => {
  const specs = files.filter(isSpec);
  const rest = files.filter((file) => !specs.includes(file));
  return {
    audit: rest.length === 0 ? null : { number, files: rest },
    spec: specs[0] === undefined ? null : { number, files: [specs[0]] },
    passedOver,
  };
};

/** Why the server would not take them; null: it would. */
export const tooMany = (files: readonly { readonly size: number }[]): string | null => {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return files.length > MOST_POSTED.files
    ? `These are ${files.length} files, and at most ${MOST_POSTED.files} are taken.`
    : bytes > MOST_POSTED.bytes
      ? `These are ${Math.ceil(bytes / 2 ** 20)} MiB, and at most ${MOST_POSTED.bytes / 2 ** 20} are taken.`
      : null;
};

export interface FoundFile {
  readonly path: string;
  readonly file: File;
}

/** What was dropped, folders with all that is in them. */
export const filesOf = async (items: DataTransferItemList): Promise<readonly FoundFile[]> => {
  // The list is empty once whoever was told of the drop returns.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return (await Promise.all(entries.map(below))).flat();
};

const below = async (entry: FileSystemEntry): Promise<readonly FoundFile[]> => {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  if (NOT_ENTERED.test(`${entry.fullPath}/`)) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // It gives a hundred at a time, and none at the end.
    const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(below))).flat();
};

/** What an input for files has; of a folder each knows its path. */
export const chosenFiles = (list: FileList): readonly FoundFile[] =>
  [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
