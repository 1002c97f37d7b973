import { never } from '../base/result.ts';
import type { Finding } from '../core/monitoring/finding.ts';
import type { SyntaxProblem } from '../core/monitoring/hcl/syntax.ts';
import type { Absent, Countable, WhyAbsent } from '../core/monitoring/terraform/configuration.ts';
import type { EstatesRead } from './audit-estates.ts';

/** A file that could not be read whole. */
export interface FileTrouble {
  readonly path: string;
  /** The first is where a person should look. */
  readonly problems: readonly SyntaxProblem[];
  /** It has no word of what is audited: it may be of something else, or be torn before that. */
  readonly isPerhapsOfOthers?: true;
}

const MOST_RELATED = 5;

const OF_OTHERS = {
  severity: 'note',
  matters: 'no word of what is audited stands in it: whether it would tell anything here is not known',
} as const;

const unreadable = ({ path, problems, isPerhapsOfOthers }: FileTrouble): readonly Finding[] => {
  const [first, ...rest] = problems;
  if (first === undefined) return [];
  const code = first.isLimit === true ? 'FILE002' : 'FILE001';
  return [
    {
      code,
      spot: { file: path, at: first.at },
      subject: path,
      message: first.says,
      ...(isPerhapsOfOthers === true ? OF_OTHERS : {}),
      related: rest.slice(0, MOST_RELATED).map(({ at, says }) => ({ spot: { file: path, at }, says })),
    },
  ];
};

const WORD_OF: { readonly [what in Countable]: string } = { instances: 'instance', blocks: 'block', modules: 'module' };

const counted = (n: number, what: Countable): string => (n === 1 ? `1 ${WORD_OF[what]} is` : `${n} ${what} are`);

/** What is made and not looked at, in a sentence. */
export const absentSaid = ({ address, spot, why }: Absent): string => {
  switch (why.kind) {
    case 'not-here':
      return `${address} is not here: ${why.source}`;
    case 'calls-itself':
      return `${address} calls a module that it is in: ${why.source}`;
    case 'too-long':
      return `more than ${why.looked} expressions: what stands at ${spot.file}:${spot.at.line} and is worked out after it is not told`;
    case 'too-many':
      return why.what === 'modules'
        ? `${address}: ${counted(why.left, why.what)} not looked at, as ${why.looked} are the most of a configuration`
        : `${address}: ${counted(why.left, why.what)} not looked at, behind the first ${why.looked}`;
    default:
      return never(why);
  }
};

const CODE_OF: { readonly [kind in WhyAbsent['kind']]: string } = {
  'not-here': 'FILE005',
  'calls-itself': 'TF005',
  'too-many': 'FILE006',
  'too-long': 'FILE006',
};

/** FILE001, FILE002: what could not be read. FILE005, FILE006, TF005: what is made and not looked at. */
export const fileFindings = ({ troubles, findings, estates }: EstatesRead): readonly Finding[] => [
  ...troubles.flatMap(unreadable),
  ...findings,
  ...estates.flatMap(({ absent }) =>
    absent.map((one) => ({
      code: CODE_OF[one.why.kind],
      spot: one.spot,
      subject: one.address,
      message: absentSaid(one),
    })),
  ),
];
