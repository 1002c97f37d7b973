/** A client as workloads are: it calls over HTTP by Node's own client or by curl, and logs as programs do. */
import { execFile } from 'node:child_process';
import { Agent, request as send } from 'node:http';
import { onLines, tell } from './stdin-lines.ts';
import type { Call, Called, ClientPreparation, ClientWork, Logged } from './told.ts';

let own: ClientPreparation = { name: '', program: 'node', logs: 'none', graceMs: 0 };
let closing = false;
const underWay = new Set<() => void>();
const agents = new Map<number, Agent>();

/** The agent's own second, in which TCP looks whether the other end is there, would keep connections from ever being idle here. */
const NO_PROBES_MS = 60_000;

type Outcome = Omit<Called, 'event' | 'n' | 'at' | 'until'>;

const agentOf = (slot: number): Agent => {
  const agent = agents.get(slot) ?? new Agent({ keepAlive: true, keepAliveMsecs: NO_PROBES_MS, maxSockets: 1 });
  agents.set(slot, agent);
  return agent;
};

const byNode = (call: Call, settle: (outcome: Outcome) => void): void => {
  let peerIp: string | null = null;
  let localPort: number | null = null;
  const request = send({
    host: call.host,
    port: call.port,
    path: call.path,
    agent: call.slot === null ? false : agentOf(call.slot),
  });
  const patience = setTimeout(
    () =>
      request.destroy(Object.assign(new Error(`timeout of ${call.timeoutMs}ms exceeded`), { code: 'ECONNABORTED' })),
    call.timeoutMs,
  );
  const abort = (): void =>
    void request.destroy(Object.assign(new Error('This operation was aborted'), { code: 'ABORT_ERR' }));
  underWay.add(abort);
  let settled = false;
  const end = (outcome: Pick<Outcome, 'ok' | 'status' | 'errorType' | 'message'>): void => {
    clearTimeout(patience);
    underWay.delete(abort);
    if (!settled) settle({ ...outcome, peerIp, localPort });
    settled = true;
  };
  request.on('socket', (socket) => {
    socket.on('lookup', (_, address) => (peerIp = address));
    const note = (): void => {
      peerIp = socket.remoteAddress ?? peerIp;
      localPort = socket.localPort ?? null;
    };
    if (socket.connecting) socket.once('connect', note);
    else note();
  });
  request.on('response', (response) => {
    const status = response.statusCode ?? 0;
    response.on('error', () => undefined);
    response.resume();
    end({
      ok: status < 400,
      status,
      errorType: '',
      message: status < 400 ? '' : `Request failed with status code ${status}`,
    });
  });
  request.on('error', (error) => {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    end({ ok: false, status: 0, errorType: code, message: error.message });
  });
  request.end();
};

const byCurl = (call: Call, settle: (outcome: Outcome) => void): void => {
  const seconds = String(call.timeoutMs / 1_000);
  const isHeld = call.path.includes('hold=');
  const child = execFile(
    'curl',
    [
      '-sS',
      '-f',
      '-o',
      '/dev/null',
      '--connect-timeout',
      seconds,
      ...(isHeld ? [] : ['--max-time', seconds]),
      '-w',
      '%{http_code} %{remote_ip} %{local_port}',
      `http://${call.host}:${call.port}${call.path}`,
    ],
    (error, stdout, stderr) => {
      underWay.delete(abort);
      const [code = '0', peerIp = '', localPort = '0'] = stdout.split(' ');
      settle({
        ok: error === null,
        status: Number(code),
        errorType: error === null ? '' : `curl_${String(error.code ?? error.signal)}`,
        message: stderr.trim() || (error?.signal ?? ''),
        peerIp: peerIp === '' ? null : peerIp,
        localPort: Number(localPort) > 0 ? Number(localPort) : null,
      });
    },
  );
  const abort = (): void => void child.kill('SIGTERM');
  underWay.add(abort);
};

const make = (call: Call): void => {
  if (closing) return;
  const at = Date.now();
  (own.program === 'curl' ? byCurl : byNode)(call, (outcome) => {
    const until = Date.now();
    tell({ event: 'called', n: call.n, at, until, ...outcome });
    const line = render(call, outcome, until - at);
    if (line !== null) log(line.level, line.text);
  });
};

const log = (level: 'info' | 'error', text: string): void => {
  if (own.logs === 'none') return;
  const stream: Logged['stream'] = level === 'error' && own.logs === 'text' ? 'stderr' : 'stdout';
  tell({ event: 'log', at: Date.now(), stream, level: own.logs === 'text' ? '' : level, text });
};

const render = (
  call: Call,
  { ok, status, errorType, message }: Outcome,
  tookMs: number,
): { readonly level: 'info' | 'error'; readonly text: string } | null => {
  const url = `http://${call.host}:${call.port}${call.path}`;
  const level = ok ? 'info' : 'error';
  const time = new Date().toISOString();
  // What was ended itself says nothing.
  if (own.program === 'curl') return ok || !message.startsWith('curl:') ? null : { level, text: message };
  if (own.logs === 'json') {
    const told = ok
      ? { level, time, name: own.name, msg: 'request completed', url, statusCode: status, responseTime: tookMs }
      : {
          level,
          time,
          name: own.name,
          msg: 'request failed',
          url,
          err: { type: 'Error', code: errorType || status, message },
        };
    return { level, text: JSON.stringify(told) };
  }
  return {
    level,
    text: ok ? `${time} INFO GET ${url} ${status} ${tookMs}ms` : `${time} ERROR GET ${url} failed: ${message}`,
  };
};

const close = (): void => {
  closing = true;
  log(
    'info',
    own.logs === 'json'
      ? JSON.stringify({ level: 'info', msg: 'SIGTERM received, closing' })
      : 'SIGTERM received, closing',
  );
  setTimeout(() => {
    for (const abort of underWay) abort();
    setTimeout(() => process.exit(0), 60);
  }, own.graceMs);
};

process.on('SIGTERM', close);
onLines(
  async (preparation: ClientPreparation) => {
    own = preparation;
  },
  ({ startAt, calls }: ClientWork) => {
    for (const call of calls) setTimeout(() => make(call), Math.max(0, startAt + call.atMs - Date.now()));
  },
);
