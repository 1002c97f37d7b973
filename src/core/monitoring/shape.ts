import { gist, type Written } from './written.ts';

/** Of JSON Schema 2020-12 what shapes need. */
export interface ShapeSchema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ShapeSchema[];
  readonly properties?: Readonly<Record<string, ShapeSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | ShapeSchema;
  readonly items?: ShapeSchema;
  readonly uniqueItems?: true;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
}

/** Takes a problem: the place, and what is wrong there. */
export type Tell = (at: string, what: string) => void;

/** Stands for a value of which a problem was told. */
export const WRONG: unique symbol = Symbol('wrong');

interface Asked {
  /** What the value is called in a problem. */
  readonly name: string;
  /** Where it would stand, where nobody wrote it. */
  readonly around: string;
  readonly tell: Tell;
}

/** What a value may be: from one description it is read, and published as a schema. */
export interface Shape<Value> {
  readonly schema: ShapeSchema;
  /** It may be left away. */
  readonly isOptional: boolean;
  readonly read: (written: Written | undefined, asked: Asked) => Value | typeof WRONG;
}

export type ReadOf<One> = One extends Shape<infer Value> ? Value : never;

const required = <Value>(
  schema: ShapeSchema,
  read: (written: Written, asked: Asked) => Value | typeof WRONG,
): Shape<Value> => ({
  schema,
  isOptional: false,
  read: (written, asked) => {
    if (written !== undefined) return read(written, asked);
    asked.tell(asked.around, `${asked.name} is missing`);
    return WRONG;
  },
});

const scalar = <Value extends string | number | boolean>(
  schema: ShapeSchema,
  expected: string,
  isOne: (value: unknown) => boolean,
): Shape<Value> =>
  required(schema, (written, { name, tell }) => {
    if (written.kind === 'scalar' && isOne(written.value)) return written.value as Value;
    tell(written.at, `${name}: expected ${expected}, got ${gist(written)}`);
    return WRONG;
  });

const saying = (description: string): ShapeSchema => (description === '' ? {} : { description });

/** `expected` says what the pattern wants. */
export const text = (description: string, pattern: RegExp, expected: string): Shape<string> =>
  scalar(
    { ...saying(description), type: 'string', pattern: pattern.source },
    expected,
    (value) => typeof value === 'string' && pattern.test(value),
  );

export const whole = (description: string, minimum: number, maximum: number): Shape<number> =>
  scalar(
    { ...saying(description), type: 'integer', minimum, maximum },
    `a whole number from ${minimum} to ${maximum}`,
    (value) => Number.isInteger(value) && isBetween(value, minimum, maximum),
  );

export const amount = (description: string, minimum: number, maximum: number): Shape<number> =>
  scalar(
    { ...saying(description), type: 'number', minimum, maximum },
    `a number from ${minimum} to ${maximum}`,
    (value) => isBetween(value, minimum, maximum),
  );

const isBetween = (value: unknown, minimum: number, maximum: number): boolean =>
  typeof value === 'number' && value >= minimum && value <= maximum;

export const isSo = (description: string): Shape<boolean> =>
  scalar({ ...saying(description), type: 'boolean' }, 'true or false', (value) => typeof value === 'boolean');

export const oneOf = <const Values extends readonly (string | number)[]>(
  description: string,
  values: Values,
): Shape<Values[number]> =>
  scalar({ ...saying(description), enum: values }, `one of ${values.join(', ')}`, (value) =>
    values.includes(value as never),
  );

/** One of two kinds: a map is read as the one, all else as the other. */
export const either = <Map, Other>(map: Shape<Map>, other: Shape<Other>): Shape<Map | Other> => ({
  schema: { anyOf: [other.schema, map.schema] },
  isOptional: false,
  read: (written, asked): Map | Other | typeof WRONG =>
    written?.kind === 'map' ? map.read(written, asked) : other.read(written, asked),
});

/** Nothing, where nobody wrote it. */
export const maybe = <Value>({ schema, read }: Shape<Value>): Shape<Value | null> => ({
  schema,
  isOptional: true,
  read: (written, asked) => (isNothing(written) ? null : read(written, asked)),
});

/** Something that holds where nobody wrote anything. */
export const orElse = <Value>({ schema, read }: Shape<Value>, byDefault: Value): Shape<Value> => ({
  schema: { ...schema, default: byDefault },
  isOptional: true,
  read: (written, asked) => (written === undefined ? byDefault : read(written, asked)),
});

const isNothing = (written: Written | undefined): boolean =>
  written === undefined || (written.kind === 'scalar' && written.value === null);

/** Of scalars, none of them twice: Azure refuses a name that is there already. */
export const setOf = <Value extends string | number>(
  description: string,
  item: Shape<Value>,
): Shape<readonly Value[]> =>
  required({ ...saying(description), type: 'array', items: item.schema, uniqueItems: true }, (written, asked) => {
    if (written.kind !== 'list') {
      asked.tell(written.at, `${asked.name}: expected a list, got ${gist(written)}`);
      return WRONG;
    }
    const values = written.items.map((one, i) => item.read(one, { ...asked, name: `${asked.name}[${i}]` }));
    const again = values.findIndex((value, i) => value !== WRONG && values.indexOf(value) < i);
    const twice = written.items[again];
    if (twice !== undefined) {
      asked.tell(twice.at, `${asked.name}[${again}]: ${gist(twice)} is there already: name it once`);
      return WRONG;
    }
    return values.includes(WRONG) ? WRONG : (values as readonly Value[]);
  });

/** A map from names that the writer chooses. */
export const mapOf = <Value>(
  description: string,
  { pattern, expected }: { readonly pattern: RegExp; readonly expected: string },
  item: Shape<Value>,
): Shape<Readonly<Record<string, Value>>> =>
  required({ ...saying(description), type: 'object', additionalProperties: item.schema }, (written, asked) => {
    if (written.kind !== 'map') {
      asked.tell(written.at, `${asked.name}: expected a map, got ${gist(written)}`);
      return WRONG;
    }
    const read = written.members.map(({ name, at, value }): readonly [string, Value | typeof WRONG] => {
      if (pattern.test(name)) return [name, item.read(value, { ...asked, name: `${asked.name}.${name}` })];
      asked.tell(at, `${asked.name}: expected ${expected}, got "${name.slice(0, 60)}"`);
      return [name, WRONG];
    });
    return read.some(([, value]) => value === WRONG) ? WRONG : (Object.fromEntries(read) as Record<string, Value>);
  });

type Members = Readonly<Record<string, Shape<unknown>>>;
type RecordOf<Of extends Members> = { readonly [Name in keyof Of]: ReadOf<Of[Name]> };

/** A map with these members and no others. */
export const record = <const Of extends Members>(description: string, members: Of): Shape<RecordOf<Of>> =>
  required(
    {
      ...saying(description),
      type: 'object',
      properties: Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema])),
      required: Object.keys(members).filter((name) => members[name]?.isOptional === false),
      additionalProperties: false,
    },
    (written, { name, tell }) => {
      const names = Object.keys(members);
      if (written.kind !== 'map') {
        tell(written.at, `${name === '' ? '' : `${name}: `}expected { ${names.join(', ')} }, got ${gist(written)}`);
        return WRONG;
      }
      const prefix = name === '' ? '' : `${name}.`;
      const strange = written.members.filter((member) => !names.includes(member.name));
      for (const { at, name: given } of strange)
        tell(at, `there is no ${prefix}${given.slice(0, 60)}: there are ${names.join(', ')}`);
      const read = Object.entries(members).map(([member, shape]) => {
        const value = written.members.find((one) => one.name === member)?.value;
        return [member, shape.read(value, { name: `${prefix}${member}`, around: written.at, tell })] as const;
      });
      return strange.length > 0 || read.some(([, value]) => value === WRONG)
        ? WRONG
        : (Object.fromEntries(read) as RecordOf<Of>);
    },
  );
