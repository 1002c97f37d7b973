import { symptomIn, type SymptomReader } from '../core/symptom.ts';
import { textOf } from './flag-values.ts';
import type { Given } from './globals.ts';
import type { Outside } from './outside.ts';
import { refuse } from './refused.ts';

/** What reads symptoms, with the wordings of the file that `--symptoms` names, if any. */
export const readSymptoms = async (given: Given, { readText }: Pick<Outside, 'readText'>): Promise<SymptomReader> => {
  const name = textOf(given, 'symptoms');
  if (name === null) return symptomIn;
  const text = await readText(name).catch((error: Error) =>
    refuse('E105', `--symptoms ${name}: it cannot be read`, { why: error.message }),
  );
  // Its engine of patterns takes a while to load, and most have no file.
  const { parseSymptomFile } = await import('./symptom-file.ts');
  const read = parseSymptomFile(name, text);
  return read.ok
    ? read.value
    : refuse('E105', `--symptoms ${name} is not understood`, { why: read.problem.join('; ') });
};
