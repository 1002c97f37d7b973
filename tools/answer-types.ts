import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The schemas that the reference publishes, as types for whoever asks over HTTP: src/contract/answers.ts. After a change: node tools/answer-types.ts */

interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/reference/schemas');
const ANSWERS = join(root, 'src/contract/answers.ts');

const HEAD = `// Made of docs/reference/schemas by tools/answer-types.ts, whose test holds the two together. Edit the schemas, then: node tools/answer-types.ts
`;

/** The whole file, as it should be. */
export const answerTypes = (): string => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.schema.json'));
  const schemas = files
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema] as const);
  const nameOf = new Map(schemas.map(([file, schema]) => [file, typeName(file, schema)]));
  const types = schemas.map(
    ([file, schema]) =>
      `/** ${(schema.title ?? file).replaceAll('*/', '')} */\nexport interface ${nameOf.get(file)} ${written(schema, nameOf, 0)}\n`,
  );
  return [HEAD, ...types].join('\n');
};

/** What the answer calls itself; a part of answers by its file. */
const typeName = (file: string, { properties }: Schema): string => {
  const kind = properties?.['kind']?.const;
  if (typeof kind === 'string' && properties?.['schemaVersion'] !== undefined) return kind;
  const words = file.replace('.schema.json', '').split('-');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
};

const written = (schema: Schema, nameOf: ReadonlyMap<string, string>, depth: number): string => {
  if (schema.$ref !== undefined) return nameOf.get(schema.$ref) ?? 'unknown';
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => written(one, nameOf, depth)).join(' | ');
  if ('const' in schema) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  const types = [schema.type ?? 'unknown'].flat();
  return types.map((type) => one(type, schema, nameOf, depth)).join(' | ');
};

const one = (type: string, schema: Schema, nameOf: ReadonlyMap<string, string>, depth: number): string => {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'array': {
      const { items = {} } = schema;
      const item = written(items, nameOf, depth);
      return `readonly ${isUnion(items) ? `(${item})` : item}[]`;
    }
    case 'object':
      return object(schema, nameOf, depth);
    default:
      return type;
  }
};

const isUnion = ({ anyOf = [], enum: of = [], type }: Schema): boolean =>
  anyOf.length > 1 || of.length > 1 || [type].flat().length > 1;

const object = (
  { properties, required = [], additionalProperties }: Schema,
  nameOf: ReadonlyMap<string, string>,
  depth: number,
): string => {
  if (properties === undefined)
    return `Readonly<Record<string, ${typeof additionalProperties !== 'object' ? 'unknown' : written(additionalProperties, nameOf, depth)}>>`;
  const indent = '  '.repeat(depth + 1);
  const members = Object.entries(properties).map(([name, schema]) => {
    const says = schema.description === undefined ? '' : `${indent}/** ${schema.description.replaceAll('*/', '')} */\n`;
    return `${says}${indent}readonly ${name}${required.includes(name) ? '' : '?'}: ${written(schema, nameOf, depth + 1)};\n`;
  });
  return `{\n${members.join('')}${'  '.repeat(depth)}}`;
};

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value);

if (process.argv[1] === import.meta.filename) writeFileSync(ANSWERS, answerTypes());
