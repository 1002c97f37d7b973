import { API, MEDIA, MOST_POSTED, type Parameter, type Question, QUESTIONS } from './questions.ts';

/** Where the schemas of the answers stand, from the root of the project's documentation. */
const SCHEMAS = 'schemas/';

const PROBLEMS: Readonly<Record<string, string>> = {
  '400': 'The request is not understood: what, where and what to do stands in it.',
  '401': 'The server wants a token.',
  '403': 'The token has not the role.',
  '404': 'The store has no such flow or cluster, or the server was started without such files.',
  '405': 'The path has no such method: `Allow` says which it has.',
  '503': 'Too many questions wait already: ask again after Retry-After.',
  '504': 'The answer took longer than the server allows.',
};

/** The HTTP API as OpenAPI 3.1, made of what the questions are. */
export const openApi = (version: string): Readonly<Record<string, unknown>> => ({
  openapi: '3.1.0',
  info: {
    title: 'unmasq',
    version,
    description:
      'The answers of the command line, to the byte. Times are as on the command line; all that is missing is said in `completeness`.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: API }],
  security: [{}, { token: [] }],
  paths: {
    ...Object.fromEntries(QUESTIONS.map((question) => [`/${question.name}`, methods(question)])),
    '/objects': { post: OBJECTS },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    responses: {
      Problem: {
        description: 'Not answered (RFC 9457).',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    schemas: {
      FilesBody: {
        type: 'object',
        required: ['files'],
        properties: {
          files: {
            type: 'array',
            minItems: 1,
            maxItems: MOST_POSTED.files,
            items: {
              type: 'object',
              required: ['path', 'text'],
              properties: {
                path: {
                  type: 'string',
                  maxLength: MOST_POSTED.pathLength,
                  description: 'What it is called in the answer, relative and with /. It is looked for nowhere.',
                },
                text: { type: 'string' },
              },
            },
          },
        },
      },
      Problem: {
        type: 'object',
        required: ['type', 'title', 'status', 'code', 'detail', 'fix'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          code: { type: 'string', pattern: '^E\\d{3}$', description: 'Never changes.' },
          detail: { type: ['string', 'null'] },
          fix: { type: 'string' },
        },
      },
    },
  },
});

const methods = (question: Question) => ({
  get: asked(question),
  ...(question.files === undefined
    ? {}
    : {
        post: {
          ...asked(question),
          operationId: `${question.name}-of-files`,
          summary: `${question.summary}: of the files that come with it, which are kept nowhere`,
          requestBody: {
            required: true,
            description: `Files ${question.files}. As it is or gzipped; all together at most ${MOST_POSTED.bytes} bytes.`,
            content: { [MEDIA.json]: { schema: { $ref: '#/components/schemas/FilesBody' } } },
          },
          responses: { ...asked(question).responses, ...problems(['413']) },
        },
      }),
});

const asked = ({ name, summary, subject, second, parameters, schemas, hasLines }: Question) => ({
  operationId: name,
  summary,
  parameters: [
    ...(subject === null ? [] : [queryParameter(subject, subject.isNeeded)]),
    ...(second === undefined ? [] : [queryParameter(second, true)]),
    ...parameters.map((parameter) => queryParameter(parameter, false)),
  ],
  responses: {
    '200': {
      description: 'The answer.',
      content: {
        [MEDIA.json]: { schema: schemaOf(schemas) },
        [MEDIA.yaml]: {},
        ...(hasLines ? { [MEDIA.jsonl]: {}, [MEDIA.csv]: {} } : {}),
      },
    },
    ...problems(Object.keys(PROBLEMS)),
  },
});

const schemaOf = (schemas: readonly string[]) => {
  const refs = schemas.map((file) => ({ $ref: `${SCHEMAS}${file}` }));
  return refs.length === 0 ? { type: 'object' } : refs.length === 1 ? refs[0] : { oneOf: refs };
};

const problems = (statuses: readonly string[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { $ref: '#/components/responses/Problem', description: PROBLEMS[status] ?? 'The body is too large.' },
    ]),
  );

const queryParameter = ({ name, says, kind }: Parameter, required: boolean) => ({
  name,
  in: 'query',
  description: says,
  ...(required ? { required } : {}),
  schema:
    kind === 'switch'
      ? { type: 'boolean' }
      : kind === 'texts'
        ? { type: 'array', items: { type: 'string' } }
        : { type: 'string' },
  ...(kind === 'texts' ? { style: 'form', explode: true } : {}),
});

const text = (name: string, says: string): Parameter => ({ name, says, kind: 'text' });

const OBJECTS = {
  operationId: 'objects',
  summary: 'Brings in one file; its format is recognised. Sent twice, it changes nothing',
  parameters: [
    text('name', 'what the file is called in answers'),
    text('cluster', 'which cluster it is of (default `default`)'),
    text('node', 'the node whose conntrack wrote it'),
    text('at', 'when the list or dump was taken, RFC 3339'),
    { name: 'id-field', says: 'a further field that carries correlation ids', kind: 'texts' } as const,
    { name: 'wait', says: 'answer when the verdicts are up to date', kind: 'switch' } as const,
  ].map((parameter) => queryParameter(parameter, false)),
  requestBody: {
    required: true,
    description: 'The file, as it is or gzipped.',
    content: { 'application/octet-stream': {} },
  },
  responses: {
    '200': { description: 'It is stored: how many rows were new, known, rejected.', content: { [MEDIA.json]: {} } },
    '422': { description: 'Nothing in it could be used, and why.', content: { [MEDIA.json]: {} } },
    ...problems(['400', '401', '403', '405', '413']),
  },
};
