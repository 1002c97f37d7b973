/** What the recorder tells the programs of an incident, and what they tell back. One JSON object a line. */

/** One request that a client makes. */
export interface Call {
  readonly n: number;
  /** Milliseconds after the traffic began. */
  readonly atMs: number;
  readonly host: string;
  readonly port: number;
  /** The server reads what to do from it: `/v1/orders?hold=4000` keeps the connection open for so long. */
  readonly path: string;
  /** How long the client waits for the answer to begin. */
  readonly timeoutMs: number;
  /** Which of its kept connections it uses; null: one of its own. */
  readonly slot: number | null;
}

export type Program = 'node' | 'python' | 'curl';
export type LogStyle = 'none' | 'text' | 'json';

/** First line on the stdin of a client. */
export interface ClientPreparation {
  readonly name: string;
  readonly program: Program;
  readonly logs: LogStyle;
  /** Between SIGTERM and its end: what is under way then is cut off. */
  readonly graceMs: number;
}

/** Second line. */
export interface ClientWork {
  readonly startAt: number;
  readonly calls: readonly Call[];
}

/** What became of a call, as the client has it. */
export interface Called {
  readonly event: 'called';
  readonly n: number;
  readonly at: number;
  readonly until: number;
  readonly ok: boolean;
  /** Of HTTP; 0: no answer came. */
  readonly status: number;
  /** `ETIMEDOUT`, `URLError`, `curl_28`; empty: none. */
  readonly errorType: string;
  readonly message: string;
  readonly peerIp: string | null;
  readonly localPort: number | null;
}

/** What a program writes to its own log. */
export interface Logged {
  readonly event: 'log';
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  readonly level: string;
  readonly text: string;
}

export interface Ready {
  readonly event: 'ready';
}

export type Told = Ready | Called | Logged;

/** How the outside server treats one of its addresses. Absent: it does so no more. */
export interface Treatment {
  readonly address: string;
  /** Before it answers, ms. */
  readonly latencyMs?: readonly [number, number];
  /** Nothing listens there. */
  readonly closed?: boolean;
  /** The share of requests answered with 429 or 503. */
  readonly throttled?: { readonly share: number; readonly status: 429 | 503; readonly retryAfterSeconds: number };
  /** The ordinary share of resets and of errors of its own. */
  readonly resets?: number;
  readonly errors?: number;
}

/** How the name server outside treats queries. */
export interface Resolving {
  readonly dropped: number;
  readonly servfail: number;
}

/** First line on the stdin of the outside server; later lines hold what changes. */
export interface OutsidePreparation {
  readonly listens: readonly { readonly address: string; readonly port: number }[];
  readonly resolver: string;
  readonly names: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
}

export interface OutsideChange {
  readonly treat?: readonly Treatment[];
  readonly resolve?: Resolving;
}

/** First line on the stdin of a stand-in for CoreDNS; later lines hold what changes. */
export interface CorednsPreparation {
  readonly address: string;
  readonly upstream: string;
}

export interface CorednsChange {
  /** Queries that it can answer in a second; null: any number. */
  readonly perSecond?: number | null;
  /** It takes queries and answers none. */
  readonly hangs?: boolean;
}
