import { known } from '../value.ts';
import { type Fn, type Functions, numberOf } from './function.ts';

const onNumbers =
  (f: (...n: number[]) => number): Fn =>
  (args, from) => {
    const spread = args.length === 1 && args[0]?.kind === 'list' ? args[0].items : args;
    const ns = spread.map(numberOf);
    return ns.includes(null) || ns.length === 0 ? null : known(from, f(...(ns as number[])));
  };

export const NUMBERS: Functions = {
  max: onNumbers(Math.max),
  min: onNumbers(Math.min),
  sum: onNumbers((...n) => n.reduce((a, b) => a + b, 0)),
  ceil: onNumbers(Math.ceil),
  floor: onNumbers(Math.floor),
  abs: onNumbers(Math.abs),
  signum: onNumbers(Math.sign),
  pow: onNumbers((a, b = 1) => a ** b),
};
