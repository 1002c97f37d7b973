/** A schema as the reference publishes it: of JSON Schema 2020-12 only what is named here. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  /** Of members that `properties` does not name; true: they are fine, as they are somebody else's. */
  readonly additionalProperties?: boolean | Schema;
}

const KNOWN: ReadonlySet<string> = new Set(
  '$schema $ref title description type const enum anyOf properties required items maxItems uniqueItems minimum maximum pattern default additionalProperties'.split(
    ' ',
  ),
);

/**
 * Where a value differs from its schema, one sentence each. Stricter than the standard in one point: a field that the schema does not
 * name is a difference too, so that nothing is printed that the reference does not know.
 */
export const differences = (
  value: unknown,
  schema: Schema,
  named: (ref: string) => Schema,
  at = '$',
): readonly string[] => {
  const unknown = Object.keys(schema).filter((keyword) => !KNOWN.has(keyword));
  if (unknown.length > 0) throw new Error(`${at}: the checker does not know ${unknown.join(', ')}`);
  if (schema.$ref !== undefined) return differences(value, named(schema.$ref), named, at);
  if (schema.anyOf !== undefined) {
    const each = schema.anyOf.map((one) => differences(value, one, named, at));
    return each.some((found) => found.length === 0)
      ? []
      : [`${at}: none of ${each.length} alternatives fits: ${each.flat().join('; ')}`];
  }
  const says = (isFine: boolean, expected: string): readonly string[] =>
    isFine ? [] : [`${at}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 80)}`];
  const types = schema.type === undefined ? [] : ([schema.type].flat() as readonly string[]);
  if (types.length > 0 && !types.some((type) => isOf(type, value))) return says(false, types.join(' or '));
  return [
    ...says(!('const' in schema) || schema.const === value, JSON.stringify(schema.const)),
    ...says(schema.enum === undefined || schema.enum.includes(value), JSON.stringify(schema.enum)),
    ...(typeof value === 'number'
      ? says(value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity), 'a number within bounds')
      : []),
    ...(typeof value === 'string' && schema.pattern !== undefined
      ? says(new RegExp(schema.pattern).test(value), schema.pattern)
      : []),
    ...(Array.isArray(value)
      ? [
          ...says(value.length <= (schema.maxItems ?? Infinity), `at most ${schema.maxItems} items`),
          ...says(schema.uniqueItems !== true || new Set(value).size === value.length, 'no item twice'),
          ...value.flatMap((item, i) =>
            schema.items === undefined ? [] : differences(item, schema.items, named, `${at}[${i}]`),
          ),
        ]
      : typeof value === 'object' && value !== null
        ? members(value as Readonly<Record<string, unknown>>, schema, named, at)
        : []),
  ];
};

const members = (
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties = false }: Schema,
  named: (ref: string) => Schema,
  at: string,
): readonly string[] => [
  ...required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}.${name}: missing`),
  ...Object.entries(value).flatMap(([name, member]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (schema === true) return [];
    return schema === undefined || schema === false
      ? [`${at}.${name}: not in the reference`]
      : differences(member, schema, named, `${at}.${name}`);
  }),
];

const isOf = (type: string, value: unknown): boolean => {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
};
