import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files that grow piece by piece, more of them than may be open at once. */
export class AppendedFiles {
  readonly #folder: string;
  readonly #begun = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  append(path: string, bytes: Uint8Array): void {
    const full = join(this.#folder, path);
    if (!this.#begun.has(path)) {
      mkdirSync(dirname(full), { recursive: true });
      this.#begun.add(path);
    }
    const file = openSync(full, 'a');
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    } finally {
      closeSync(file);
    }
  }

  get paths(): readonly string[] {
    return [...this.#begun];
  }
}

/** Text of any length, made in pieces. */
export const appendText = (files: AppendedFiles, path: string, pieces: Iterable<string>): void => {
  const encoder = new TextEncoder();
  let kept: string[] = [];
  let length = 0;
  const flush = (): void => {
    files.append(path, encoder.encode(kept.join('')));
    kept = [];
    length = 0;
  };
  for (const piece of pieces) {
    kept.push(piece);
    length += piece.length;
    if (length > 1 << 20) flush();
  }
  flush();
};
