import { createHash } from 'node:crypto';
import type { BackupTold } from '../../core/backup.ts';
import { StoreError } from '../store-error.ts';

/** The last file of a backup: what it holds, and the sums of all of it, itself included. */
export const MANIFEST = 'manifest.json';

/** Of the layout of backups. What is laid out in another way gets the next number. */
const FORMAT = 1;

/** A file of a backup. */
export interface Sum {
  /** Relative to the data folder, with `/`. */
  readonly path: string;
  /** The table that it is a part of; empty: it is of none. */
  readonly table: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

export interface Manifest {
  readonly told: Omit<BackupTold, 'sha256'>;
  readonly sums: readonly Sum[];
}

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The text of the file, and its sum. */
export const encodeManifest = ({ told, sums }: Manifest): { readonly text: string; readonly sha256: string } => {
  const body = JSON.stringify({ kind: 'UnmasqBackup', format: FORMAT, ...told, sums }, null, 1);
  const sha256 = sumOf(body);
  return { text: `${body.slice(0, -2)},\n "sha256": "${sha256}"\n}\n`, sha256 };
};

const SUM_LINE = /,\n "sha256": "([0-9a-f]{64})"\n\}\n$/;

/** `name`: the backup, as an error calls it. Throws a `StoreError` where the text is not, to the byte, what was written. */
export const decodeManifest = (text: string, name: string): Manifest & { readonly sha256: string } => {
  const [line = '', sha256 = ''] = SUM_LINE.exec(text) ?? [];
  const body = `${text.slice(0, text.length - line.length)}\n}`;
  if (line === '' || sumOf(body) !== sha256)
    throw new StoreError(
      'E_BACKUP',
      `${name}: ${MANIFEST} is damaged or was edited: its own checksum is not that of its text`,
    );
  const { kind, format, sums, ...told } = JSON.parse(body) as Manifest['told'] & {
    readonly kind: string;
    readonly format: number;
    readonly sums: readonly Sum[];
  };
  if (kind !== 'UnmasqBackup' || format !== FORMAT)
    throw new StoreError(
      'E_BACKUP',
      `${name}: it is laid out as format ${format}, and this unmasq knows format ${FORMAT}`,
    );
  return { told, sums, sha256 };
};

const described = ({ path, table }: Sum): string => (table === '' ? path : `${path} (of table ${table})`);

/** Compares what was found with what was written. Throws a `StoreError` that names the first part that differs, and says how many do. */
export const compareSums = (
  manifest: Manifest,
  found: ReadonlyMap<string, Pick<Sum, 'size' | 'sha256'>>,
  name: string,
): void => {
  const wrong = manifest.sums.flatMap((sum) => {
    const is = found.get(sum.path);
    if (is === undefined) return [`${described(sum)} is missing`];
    if (is.size !== sum.size) return [`${described(sum)} has ${is.size} bytes, and ${sum.size} were written`];
    return is.sha256 === sum.sha256 ? [] : [`${described(sum)} is damaged or was edited: its checksum differs`];
  });
  const known = new Set(manifest.sums.map(({ path }) => path));
  const more = [...found.keys()].filter((path) => !known.has(path)).map((path) => `${path} is not of this backup`);
  const all = [...wrong, ...more];
  if (all.length > 0)
    throw new StoreError(
      'E_BACKUP',
      `${name}: ${all[0]}${all.length > 1 ? `, and ${all.length - 1} more of its files are wrong` : ''}`,
    );
};
