import type { Text } from './json-listener.ts';

/** The properties that are read, of VNet and NSG flow logs alike; all others are passed over. */
const NAMES = {
  time: ['time'],
  mac: ['macAddress', 'mac'],
  /** What a VNet flow log watches. */
  target: ['targetResourceID', 'targetResourceId'],
  /** What an NSG flow log watches. */
  resource: ['resourceId', 'resourceID'],
  rule: ['rule'],
  records: ['records'],
  body: ['flowRecords', 'properties'],
  flows: ['flows', 'flowGroups'],
  tuples: ['flowTuples'],
} as const satisfies Record<string, readonly string[]>;

export type Name = keyof typeof NAMES | null;

const LONGEST_REMEMBERED = 512;
const encoder = new TextEncoder();
const entries = Object.entries(NAMES) as [keyof typeof NAMES, readonly string[]][];
const spellings = entries.flatMap(([name, list]) =>
  list.map((spelling) => ({ name, spelling, bytes: encoder.encode(spelling) })),
);
const longest = Math.max(...spellings.map(({ bytes }) => bytes.length));
const byLength = Array.from({ length: longest + 1 }, (_, length) =>
  spellings.filter(({ bytes }) => bytes.length === length),
);

/** Compares bytes: a record has a dozen properties, and none needs to become a string. */
export const nameOf = (text: Text): Name => {
  if (text.escaped) return nameOfText(textOf(text));
  for (const { name, bytes } of byLength[text.length] ?? []) if (begins(text.bytes, bytes)) return name;
  return null;
};

const nameOfText = (text: string): Name => spellings.find(({ spelling }) => spelling === text)?.name ?? null;

const begins = (bytes: Uint8Array, word: Uint8Array, length = word.length): boolean => {
  for (let k = 0; k < length; k++) if (bytes[k] !== word[k]) return false;
  return true;
};

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The string that a JSON string stands for. What is no escape stays as it is written. */
export const textOf = ({ bytes, length, escaped }: Text): string => {
  const text = decoder.decode(bytes.subarray(0, length));
  if (!escaped) return text;
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|["\\/bfnrt])/g, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  );
};

/** The string that was met last: the records of one file say the same of themselves again and again. */
export class LastText {
  private readonly bytes = new Uint8Array(LONGEST_REMEMBERED);
  private length = -1;
  private value = '';

  textOf(text: Text): string {
    const { bytes, length } = text;
    if (length === this.length && !text.escaped && begins(bytes, this.bytes, length)) return this.value;
    const value = textOf(text);
    if (text.escaped || length > LONGEST_REMEMBERED) return value;
    this.bytes.set(bytes.subarray(0, length));
    this.length = length;
    this.value = value;
    return value;
  }
}
