import { DYNAMIC_FUNCTIONS } from './functions-of-dynamic.ts';
import { TEXT_FUNCTIONS } from './functions-of-texts.ts';
import { TIME_FUNCTIONS } from './functions-of-times.ts';
import { VALUE_FUNCTIONS } from './functions-of-values.ts';
import type { ScalarFunctions } from './scalar.ts';

/** Every function of one row that is translated. */
export const FUNCTIONS: ScalarFunctions = {
  ...VALUE_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...DYNAMIC_FUNCTIONS,
};
