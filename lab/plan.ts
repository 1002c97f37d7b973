/** What the recorder tells a process inside a namespace, and what the process tells back. One JSON object a line. */

export type Protocol = 'tcp' | 'udp';

export interface Connection {
  /** Number of the connection, unique within its client. */
  readonly n: number;
  /** Milliseconds after the process was told to go. */
  readonly atMs: number;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  /** A source port the client insists on; otherwise the kernel picks. */
  readonly localPort?: number;
  readonly localAddress?: string;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly holdMs: number;
  readonly closer: 'client' | 'server';
}

export interface Listen {
  readonly protocol: Protocol;
  readonly port: number;
  /** Absent: any address of the namespace. */
  readonly address?: string;
}

/** First line on a process's stdin. */
export interface Preparation {
  readonly uid: string;
  readonly listens: readonly Listen[];
}

/** Second line: go. */
export interface Work {
  /** Milliseconds since the epoch from which `atMs` counts. */
  readonly startAt: number;
  readonly connections: readonly Connection[];
  /** A job ends by itself; anything else runs until it is told to end. */
  readonly exitAfterMs: number | null;
}

export interface Opened {
  readonly event: 'open';
  readonly uid: string;
  readonly n: number;
  /** Just before the connect call, ms since the epoch. */
  readonly at: number;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
}

export interface Done {
  readonly event: 'done';
  readonly uid: string;
  readonly n: number;
  readonly result: 'ok' | 'refused' | 'timeout' | 'failed';
  readonly localPort: number | null;
}

/** What the far end saw: the peer address and port are those after every translation on the way. */
export interface Saw {
  readonly event: 'saw';
  /** Of the client, as the client said in its first bytes. */
  readonly uid: string;
  readonly n: number;
  readonly at: number;
  readonly protocol: Protocol;
  readonly peerIp: string;
  readonly peerPort: number;
  /** Own address; null where the socket does not know (UDP on any address). */
  readonly ip: string | null;
  readonly port: number;
  /** Of the process that saw. */
  readonly by: string;
}

export type LogLine = { readonly event: 'ready' } | Opened | Done | Saw;
