/** Plans are read as they come: each member is looked at before it is believed. */
export interface Json {
  readonly [name: string]: unknown;
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectIn = (value: unknown, ...path: readonly string[]): Json => {
  let at = value;
  for (const name of path) at = isObject(at) ? at[name] : undefined;
  return isObject(at) ? at : {};
};

export const objectsIn = (value: unknown, name: string): readonly Json[] => {
  const all = isObject(value) ? value[name] : undefined;
  return Array.isArray(all) ? all.filter(isObject) : [];
};

export const textIn = (value: Json, name: string): string => {
  const text = value[name];
  return typeof text === 'string' ? text : '';
};

/** Deeper than anybody writes, and shallow enough for functions that call themselves. */
export const DEEPEST = 200;
