import { API, QUESTIONS, type Parameter, type Question } from '../../src/contract/questions.ts';
import { openApi } from '../../src/contract/openapi.ts';
import { page, sentence, tableOf } from './markdown-text.ts';

interface Described {
  readonly paths: Readonly<Record<string, { readonly post?: Posted }>>;
}
interface Posted {
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly description: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const KINDS = { text: 'once', texts: 'again and again', switch: '`true`' };

const row = ({ name, says, kind }: Parameter, isNeeded: boolean): readonly string[] => [
  `\`${name}\``,
  isNeeded ? `${KINDS[kind]}; needed` : KINDS[kind],
  says,
];

const section = ({
  name,
  summary,
  subject,
  second,
  parameters,
  schemas,
  hasLines,
  files,
}: Question): readonly string[] => [
  `## GET ${API}/${name}`,
  '',
  `${sentence(summary)} On the command line: \`unmasq ${name.replace('/', ' ')}\`.`,
  ...(files === undefined ? [] : [`With POST: of the files that come with it, ${files}; they are kept nowhere.`]),
  '',
  ...tableOf(
    ['parameter', 'given', 'says'],
    [
      ...(subject === null ? [] : [row(subject, subject.isNeeded)]),
      ...(second === undefined ? [] : [row(second, true)]),
      ...parameters.map((one) => row(one, false)),
    ],
  ),
  '',
  `Answers in ${hasLines ? 'JSON, YAML, JSON lines and CSV' : 'JSON and YAML'}${
    schemas.length === 0
      ? ''
      : `: ${schemas.map((file) => `[${file.replace('.schema.json', '')}](schemas/${file})`).join(', ')}`
  }.`,
  '',
];

/** docs/reference/api.md: what openapi.json says, to be read. */
export const apiPage = (): string => {
  const { paths } = openApi('') as unknown as Described;
  const objects = paths['/objects']?.post;
  if (objects === undefined) throw new Error('nothing can be brought in');
  return page([
    '# HTTP API',
    '',
    `What \`unmasq serve\` answers, as [openapi.json](openapi.json) describes it for programs. [How to ask, and who may](../guide/serve.md#ask). Made of \`src/contract\`; do not edit.`,
    '',
    'A refusal is `application/problem+json` with a [code](errors.md) that never changes.',
    '',
    ...QUESTIONS.flatMap(section),
    `## POST ${API}/objects`,
    '',
    sentence(objects.summary),
    '',
    ...tableOf(
      ['parameter', 'says'],
      objects.parameters.map(({ name, description }) => [`\`${name}\``, description]),
    ),
    '',
    ...tableOf(
      ['status', 'says'],
      Object.entries(objects.responses).map(([status, { description }]) => [status, description]),
    ),
  ]);
};
