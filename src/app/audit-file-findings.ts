import type { Finding } from '../core/monitoring/finding.ts';
import type { SyntaxProblem } from '../core/monitoring/hcl/syntax.ts';
import type { EstatesRead } from './audit-estates.ts';

/** A file that could not be read whole. */
export interface FileTrouble {
  readonly path: string;
  /** The first is where a person should look. */
  readonly problems: readonly SyntaxProblem[];
}

const MOST_RELATED = 5;

const unreadable = ({ path, problems }: FileTrouble): readonly Finding[] => {
  const [first, ...rest] = problems;
  if (first === undefined) return [];
  const code = first.isLimit === true ? 'FILE002' : 'FILE001';
  return [
    {
      code,
      spot: { file: path, at: first.at },
      subject: path,
      message: first.says,
      related: rest.slice(0, MOST_RELATED).map(({ at, says }) => ({ spot: { file: path, at }, says })),
    },
  ];
};

/** FILE001, FILE002: what could not be read. FILE005: modules that are not here. */
export const fileFindings = ({ troubles, findings, estates }: EstatesRead): readonly Finding[] => [
  ...troubles.flatMap(unreadable),
  ...findings,
  ...estates.flatMap(({ absent }) =>
    absent.map(({ address, source, spot }) => ({
      code: 'FILE005',
      spot,
      subject: address,
      message: `${address} is not here: ${source}`,
    })),
  ),
];
