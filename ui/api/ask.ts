import type {
  Audit,
  CostDifference,
  CostEstimate,
  Diagnosis,
  DoctorReport,
  FlowMap,
  Flows,
  SnatAdvice,
  SnatForecast,
  SnatLedger,
  SnatPlan,
  SnatStatus,
  Sources,
  Trace,
  WhoComparison,
  WhoReport,
  WhyReport,
} from '../../src/contract/answers.ts';
import { API, type FilesBody, MEDIA, type PostedFile, type Problem } from '../../src/contract/questions.ts';
import { Refusal, unreachable } from './refusal.ts';
import { withNumbers } from './shown.ts';
import { savedToken } from './token.ts';

/** What each question of the console answers; behind a dot the form of it that a parameter chooses. */
export interface Answers {
  readonly who: WhoReport;
  readonly 'who.compare': WhoComparison;
  readonly flows: Flows;
  readonly map: FlowMap;
  readonly why: WhyReport;
  readonly trace: Trace;
  readonly snat: SnatStatus;
  readonly 'snat.ledger': SnatLedger;
  readonly 'snat.forecast': SnatForecast;
  readonly 'snat.advice': SnatAdvice;
  readonly 'snat/plan': SnatPlan;
  readonly diagnose: Diagnosis;
  readonly sources: Sources;
  readonly doctor: DoctorReport;
  readonly audit: Audit;
  readonly 'cost.estimate': CostEstimate;
  readonly 'cost.diff': CostDifference;
}
export type Asked = keyof Answers;

export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

export const nameOf = (asked: Asked): string => asked.split('.')[0] ?? asked;

export const searchOf = (parameters: Parameters): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    for (const one of [value ?? []].flat()) search.append(name, one);
  return search.toString();
};

/** `files`: those that the question is about; null: those of the server, or none. Throws `Refusal` where it is not answered. */
export const ask = async <Name extends Asked>(
  asked: Name,
  parameters: Parameters,
  signal: AbortSignal,
  files: readonly PostedFile[] | null = null,
): Promise<Answers[Name]> => {
  const response = await request(`${API}/${nameOf(asked)}?${searchOf(parameters)}`, MEDIA.json, signal, files);
  return JSON.parse(withNumbers(await response.text())) as Answers[Name];
};

/** The answer as a file: JSON lines or CSV. */
export const askFile = async (
  asked: Asked,
  parameters: Parameters,
  form: 'jsonl' | 'csv',
  signal: AbortSignal,
): Promise<Blob> => (await request(`${API}/${nameOf(asked)}?${searchOf(parameters)}`, MEDIA[form], signal)).blob();

/** The items of the answer, each as a line of JSON. */
export const askLines = async (
  asked: Asked,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const response = await request(`${API}/${nameOf(asked)}?${searchOf(parameters)}`, MEDIA.jsonl, signal);
  return withNumbers(await response.text())
    .split('\n')
    .filter((line) => line !== '');
};

const request = async (
  path: string,
  accept: string,
  signal: AbortSignal,
  files: readonly PostedFile[] | null = null,
): Promise<Response> => {
  const token = savedToken();
  let response: Response;
  try {
    response = await fetch(path, {
      signal,
      ...(files === null ? {} : { method: 'POST', body: JSON.stringify({ files } satisfies FilesBody) }),
      headers: {
        Accept: accept,
        ...(files === null ? {} : { 'Content-Type': MEDIA.json }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreachable((error as Error).message);
  }
  if (response.ok) return response;
  throw new Refusal(await problemOf(response), Number(response.headers.get('Retry-After')) || null);
};

/** What stands between may answer with something else. */
const problemOf = async (response: Response): Promise<Problem> => {
  const said = await response.text().catch(() => '');
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json') === true)
    return JSON.parse(said) as Problem;
  return {
    type: 'about:blank',
    title: `HTTP ${response.status} ${response.statusText}`,
    status: response.status,
    code: '',
    detail: said.slice(0, 500) || null,
    fix: 'This was not said by unmasq: look at what stands between the browser and it.',
  };
};
