import type { Params } from '../engine.ts';

/** Values of a statement. They travel beside its text, and equal ones once. */
export class SqlParams {
  private readonly names = new Map<string, string>();
  private readonly values = new Map<string, string>();

  /** What stands for the value in the statement. */
  of(type: 'String' | 'Int64' | 'UInt64' | 'Float64' | 'Bool' | 'UUID', value: string): string {
    const key = `${type} ${value}`;
    const known = this.names.get(key);
    const name = known ?? `p${this.names.size}`;
    if (known === undefined) {
      this.names.set(key, name);
      this.values.set(name, value);
    }
    return `{${name}:${type}}`;
  }

  get all(): Params {
    return Object.fromEntries(this.values);
  }
}
