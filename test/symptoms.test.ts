import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { instant, LATEST } from '../src/base/instant.ts';
import { withoutLogText } from '../src/server/without-log-text.ts';
import { ingestInto } from '../bench/unmasq.ts';
import { unmasq } from './program.ts';
import { temporaryStore } from './temporary-store.ts';

/** Lines of trouble from the file to whoever asks. */

const { store, folder } = await temporaryStore();
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const fileOf = (name: string, ...messages: readonly string[]): string => {
  const path = join(folder, name);
  const row = (LogMessage: string, i: number): string =>
    JSON.stringify({
      TimeGenerated: `2026-11-23T03:04:17.${String(i).padStart(3, '0')}Z`,
      Computer: 'n1',
      PodNamespace: 'shop',
      PodName: 'checkout-0',
      ContainerName: 'app',
      LogMessage,
      Type: 'ContainerLogV2',
    });
  writeFileSync(path, `${messages.map(row).join('\n')}\n`);
  return path;
};

test('a line of trouble stays where the words of lines do not, and a line of none is not kept', async () => {
  const path = fileOf('lines.jsonl', 'order accepted', 'java.net.SocketTimeoutException: connect timed out');
  await ingestInto(withoutLogText(store), [path], 'shop');
  const found = await store.sightings({
    cluster: 'shop',
    from: instant(0),
    until: LATEST,
    ids: [],
    kinds: [],
    limit: 10,
  });
  expect(found).toMatchObject([
    { kind: 'log', pod: 'checkout-0', text: '', status: 'error', result: 'connect-timeout', destIp: null, ids: [] },
  ]);
});

test("unmasq ingest --symptoms takes wordings of one's own, and refuses a file of them with the place", () => {
  const data = ['--data', join(folder, 'program'), '--cluster', 'shop'];
  const path = fileOf('own.jsonl', `PAY-E0042: gateway silent trace_id=${TRACE}`);
  const [own, bad] = [join(folder, 'own.yaml'), join(folder, 'bad.yaml')];
  writeFileSync(own, "- { name: gateway, pattern: 'PAY-E\\d{4}', is: connect-timeout }\n");
  writeFileSync(bad, "- name: gateway\n  pattern: '(PAY'\n  is: connect-timeout\n");
  const refused = unmasq(['ingest', ...data, path, '--symptoms', bad]);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/bad\.yaml:2:12: pattern: .*missing closing/);
  expect(unmasq(['ingest', ...data, path, '--symptoms', own]).status).toBe(0);
  const journey = unmasq(['trace', TRACE, ...data, '-o', 'json']);
  const { items } = JSON.parse(journey.stdout) as { readonly items: readonly unknown[] };
  expect(items[0]).toMatchObject({ kind: 'log', status: 'error', result: 'connect-timeout' });
}, 180_000);
