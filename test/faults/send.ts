import { setTimeout as after } from 'node:timers/promises';
import type { Sent } from './ledger.ts';

/** What the server said of a body that it took. */
export interface Taken {
  readonly rows: number;
  readonly known: number;
  readonly rejects: number;
}

export const post = (url: string, { name, node, text }: Sent): Promise<Response> => {
  const query = new URLSearchParams({ name, ...(node === '' ? {} : { node }) });
  return fetch(`${url}/api/v1/objects?${query.toString()}`, { method: 'POST', body: text });
};

/** Sends as an agent does: again and again, until it is told that it was taken. `url` is asked each time: servers come and go. */
export const deliver = async (url: () => string, sent: Sent): Promise<Taken & { readonly tries: number }> => {
  for (let tries = 1; tries < 2_000; tries++) {
    const taken = await post(url(), sent).then(
      async (response) => (response.status === 200 ? ((await response.json()) as { objects: [Taken] }) : null),
      () => null,
    );
    if (taken !== null) return { ...taken.objects[0], tries };
    await after(50);
  }
  throw new Error(`${sent.name} was never taken`);
};
