import { expect } from 'vitest';
import { MEDIA } from '../../src/contract/questions.ts';
import type { Connection } from './ledger.ts';

/** Knows what happened, and what the API says. Neither the store nor the program. */

interface Told {
  readonly begin: string;
  readonly srcIp: string;
  readonly srcPort: number;
  readonly destIp: string;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly verdict: string;
  readonly pod: { readonly uid: string } | null;
}

export interface Judgement {
  /** Of the connections: those that no flow tells of, and those that more than one does. */
  readonly lost: number;
  readonly twice: number;
  /** Flows that no connection is behind. */
  readonly invented: number;
  /** With other bytes than they had. */
  readonly miscounted: number;
  /** Certain of a pod that it was not. */
  readonly wrong: number;
  readonly exact: number;
  /** Rows that were received and have no outcome. */
  readonly unaccounted: number;
}

export const NOTHING_WRONG = { lost: 0, twice: 0, invented: 0, miscounted: 0, wrong: 0, unaccounted: 0 };

/** The connections that began in it are judged; null: all that there are. */
interface Span {
  readonly from: number;
  readonly until: number;
}

const isIn = ({ from, until }: Span, at: number): boolean => from <= at && at < until;

const keyOf = (ip: string, port: number, destIp: string, at: number): string => `${ip}:${port}>${destIp}@${at}`;

export const judge = async (
  url: string,
  connections: readonly Connection[],
  cluster = 'default',
  span: Span | null = null,
): Promise<Judgement> => {
  const told = await flowsOf(url, cluster, span);
  const flows = span === null ? told : told.filter(({ begin }) => isIn(span, Date.parse(begin)));
  const times = new Map<string, number>();
  const byKey = new Map(connections.map((one) => [keyOf(one.nodeIp, one.snatPort, one.destIp, one.at), one]));
  let [invented, miscounted, wrong, exact] = [0, 0, 0, 0];
  for (const flow of flows) {
    const key = keyOf(flow.srcIp, flow.srcPort, flow.destIp, Date.parse(flow.begin));
    const truth = byKey.get(key);
    if (truth === undefined) {
      invented++;
      continue;
    }
    times.set(key, (times.get(key) ?? 0) + 1);
    if (flow.bytesOut !== truth.bytesOut || flow.bytesIn !== truth.bytesIn) miscounted++;
    if (flow.verdict !== 'exact') continue;
    exact++;
    if (flow.pod?.uid !== truth.podUid) wrong++;
  }
  return {
    lost: [...byKey.keys()].filter((key) => !times.has(key)).length,
    twice: [...times.values()].filter((count) => count > 1).length,
    invented,
    miscounted,
    wrong,
    exact,
    unaccounted: await unaccounted(url),
  };
};

export const flowsOf = async (url: string, cluster: string, span: Span | null = null): Promise<readonly Told[]> => {
  const within =
    span === null ? '' : `&since=${new Date(span.from).toISOString()}&until=${new Date(span.until).toISOString()}`;
  const response = await fetch(`${url}/api/v1/flows?all=true&cluster=${cluster}${within}`, {
    headers: { accept: MEDIA.jsonl },
  });
  const text = await response.text();
  // Nothing of it has come yet.
  if (response.status === 404) return [];
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told);
};

/** Received rows less those of which the server says what became of them. */
const unaccounted = async (url: string): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const sum = (name: string): number =>
    [...metrics.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\d+)$`, 'gm'))].reduce((all, [, n]) => all + Number(n), 0);
  return sum('unmasq_ingest_rows_received_total') - sum('unmasq_ingest_rows_total');
};

/** All of it is there once, each with the pod that it was, and every row is accounted for. */
export const expectWhole = async (url: string, connections: readonly Connection[]): Promise<void> => {
  await settled(url);
  expect(await judge(url, connections)).toEqual({ ...NOTHING_WRONG, exact: connections.length });
};

/** Until verdicts are up to date. */
export const settled = async (url: string): Promise<void> => {
  for (let tries = 0; tries < 1_200; tries++) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (/^unmasq_attribution_pending 0$/m.test(metrics)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('verdicts were never up to date');
};
