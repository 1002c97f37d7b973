/* Headers of archives as tar reads them: POSIX ustar, files only. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format" */

export const BLOCK = 512;

/** Up to the next block. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** Eleven octal digits. What is larger is written as GNU tar does: binary, with the first bit set. */
const MOST_OCTAL = 8 ** 11 - 1;

const octal = (block: Buffer, value: number, at: number, length: number): void => {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
};

const checksumOf = (block: Buffer): number => {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i] as number;
  return sum;
};

/** Throws where the path is longer than an archive can say. */
export const tarHeader = (path: string, size: number, seconds: number): Buffer => {
  const block = Buffer.alloc(BLOCK);
  // The shortest prefix that leaves a name of a hundred bytes.
  const cut = Buffer.byteLength(path) <= 100 ? -1 : path.indexOf('/', path.length - 101);
  if (Buffer.byteLength(path) > 100 && (cut < 1 || cut > 155)) throw new Error(`the name ${path} is too long`);
  block.write(path.slice(cut + 1), 0);
  octal(block, 0o600, 100, 8);
  octal(block, 0, 108, 8);
  octal(block, 0, 116, 8);
  if (size <= MOST_OCTAL) octal(block, size, 124, 12);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  octal(block, seconds, 136, 12);
  block.write('0', 156);
  block.write('ustar\x0000', 257, 'latin1');
  if (cut > 0) block.write(path.slice(0, cut), 345);
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
};

export interface TarEntry {
  readonly path: string;
  readonly size: number;
}

const textAt = (block: Buffer, at: number, length: number): string => {
  const end = block.indexOf(0, at);
  return block.toString('utf8', at, end < 0 ? at + length : Math.min(end, at + length));
};

/** null: the block ends the archive. `problem`: it is no header of a file. */
export const readTarHeader = (block: Buffer): TarEntry | null | { readonly problem: string } => {
  if (block.every((byte) => byte === 0)) return null;
  const [told, sum] = [Number.parseInt(textAt(block, 148, 8), 8), checksumOf(block)];
  if (told !== sum || textAt(block, 257, 5) !== 'ustar') return { problem: 'it is no archive of tar, or is damaged' };
  const [name, prefix] = [textAt(block, 0, 100), textAt(block, 345, 155)];
  const path = prefix === '' ? name : `${prefix}/${name}`;
  if (textAt(block, 156, 1) !== '0') return { problem: `${path} is no file` };
  const size =
    block[124] === 0x80 ? Number(block.readBigUInt64BE(128)) : Number.parseInt(textAt(block, 124, 12).trim(), 8);
  return Number.isSafeInteger(size) ? { path, size } : { problem: `the size of ${path} is not understood` };
};
