import { symptomIn, type SymptomReader } from '../../core/symptom.ts';
import type { Context } from '../decoder.ts';
import { rolesOf, type RoleOf } from './correlation-fields.ts';

/** What reads fields and words: the usual ones, and those that whoever runs this named. */
export interface Reading {
  readonly roleOf: RoleOf;
  readonly symptomIn: SymptomReader;
}

export const readingOf = (context: Context): Reading => ({
  roleOf: rolesOf(context.correlationFields),
  symptomIn: context.symptomIn ?? symptomIn,
});
