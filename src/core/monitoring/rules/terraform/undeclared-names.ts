import { replaceAt } from '../../changes.ts';
import type { Rule } from '../rule.ts';

/** TF004: `var.`, `local.`, `module.` or a resource that is not declared. */
export const undeclaredNames: Rule = ({ undeclared }) =>
  undeclared.map(({ name, spot, meant }) => ({
    code: 'TF004',
    spot,
    subject: name,
    key: name,
    message: `nothing declares ${name}`,
    ...(meant === null ? {} : { fix: `Write ${meant}.` }),
    changes:
      meant === null
        ? []
        : [replaceAt({ file: spot.file, at: { ...spot.at, until: spot.at.from + name.length } }, meant)],
  }));
