import type { request } from 'node:http';

export interface Posted {
  readonly status: number;
  /** Seconds that the server asks to wait; null: it does not say. */
  readonly retryAfter: number | null;
  readonly body: string;
}

const MOST_BODY = 65_536;

/**
 * What makes requests to this URL. Not imported: an import reads all that a module exports, and with that loads what `WebSocket` and the like
 * are made of. That, and TLS where there is none, is a sixth of the agent's memory.
 */
const wayTo = ({ protocol }: URL): typeof request =>
  process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http').request;

/** One POST. Rejects where there is no answer until the signal. */
export const post = (url: URL, token: string | null, bytes: Uint8Array, until: AbortSignal): Promise<Posted> =>
  new Promise((resolve, reject) => {
    const request = wayTo(url)(
      url,
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/gzip',
          'Content-Length': bytes.length,
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        },
        signal: until,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          if (body.length < MOST_BODY) body += text;
        });
        response.on('error', reject);
        response.on('end', () => {
          const after = Number(response.headers['retry-after']);
          resolve({ status: response.statusCode ?? 0, retryAfter: after > 0 ? after : null, body });
        });
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
