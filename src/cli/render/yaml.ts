import { jsonText } from './visible.ts';

/** Plain JSON values as YAML 1.2 that YAML 1.1 readers take the same way. */
export const yamlText = (value: unknown): string => `${block(value, 0)}\n`;

const block = (value: unknown, depth: number): string => {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value
      .map((item: unknown) => `${indent}- ${isNested(item) ? block(item, depth + 1).trimStart() : scalar(item)}`)
      .join('\n');
  }
  if (isObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0) return '{}';
    return members
      .map(
        ([key, member]) =>
          `${indent}${scalar(key)}:${isNested(member) ? `\n${block(member, depth + 1)}` : ` ${scalar(member)}`}`,
      )
      .join('\n');
  }
  return scalar(value);
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNested = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;

/** Words that some reader takes for something other than text. */
const RESERVED = /^(?:true|false|yes|no|on|off|null|y|n|~|nan|inf)$/i;
/** Begins like a word, holds nothing that has a meaning; numbers, dates and times are not such. */
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./-]*$/;

const scalar = (value: unknown): string => {
  if (Array.isArray(value)) return '[]';
  if (isObject(value)) return '{}';
  if (typeof value !== 'string') return jsonText(value);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : jsonText(value);
};
