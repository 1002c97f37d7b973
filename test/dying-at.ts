import type { Engine } from '../src/store/engine.ts';

/** The engine of a process that is killed as it begins to fill a table. */
export const dyingAt = (engine: Engine, table: string): Engine =>
  new Proxy(engine, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== 'function') return value;
      return (...given: readonly unknown[]) => {
        if (given[0] === table || String(given[0]).includes(`INSERT INTO ${table}`)) throw new Error('killed');
        return Reflect.apply(value, of, given);
      };
    },
  });
