import { expect, test } from 'vitest';
import { type ContainerUrl, containerName, parseContainerUrl } from './container-url.ts';

const AZURE = {
  account: 'logs',
  service: 'https://logs.blob.core.windows.net',
  container: 'flow-logs',
  prefix: '',
  sas: '',
};
const EMULATED = { ...AZURE, service: 'http://127.0.0.1:10000/logs' };

test.each<[string, ContainerUrl]>([
  ['https://logs.blob.core.windows.net/flow-logs', AZURE],
  ['https://logs.blob.core.windows.net/flow-logs/', AZURE],
  ['https://logs.blob.core.windows.net/flow-logs/a=/B%20C/y=2026/', { ...AZURE, prefix: 'a=/B C/y=2026/' }],
  ['https://logs.blob.core.windows.net/flow-logs?sv=1&sig=x%3D', { ...AZURE, sas: 'sv=1&sig=x%3D' }],
  [
    'https://logs.blob.core.chinacloudapi.cn/flow-logs',
    { ...AZURE, service: 'https://logs.blob.core.chinacloudapi.cn' },
  ],
  ['http://127.0.0.1:10000/logs/flow-logs', EMULATED],
  ['http://localhost:10000/logs/flow-logs/p', { ...EMULATED, service: 'http://localhost:10000/logs', prefix: 'p' }],
  ['https://10.1.2.3/logs/flow-logs', { ...EMULATED, service: 'https://10.1.2.3/logs' }],
])('%s is a container', (text, expected) => {
  const url = parseContainerUrl(text);
  expect(url).toEqual({ ok: true, value: expected });
  expect(containerName(expected)).not.toContain('sig');
});

test.each<[string, RegExp]>([
  ['http://logs.blob.core.windows.net/flow-logs?sig=SECRET', /https/],
  ['https://user:SECRET@logs.blob.core.windows.net/flow-logs', /password/],
  ['https://logs.blob.core.windows.net/', /CONTAINER/],
  ['https://logs.blob.core.windows.net/Flow_Logs?sig=SECRET', /CONTAINER/],
  ['https://logs.blob.core.windows.net/flow--logs', /CONTAINER/],
  ['https://logs.blob.core.windows.net/flow-logs?token=SECRET', /no SAS/],
  ['https://logs.blob.core.windows.net/flow-logs/%E0%A4%A', /encoded/],
  ['https://logs.blob.core.windows.net/flow-logs#SECRET', /#/],
  ['http://127.0.0.1:10000/logs', /CONTAINER/],
  ['https://', /URL/],
])('%s is refused, and no secret repeated', (text, why) => {
  const url = parseContainerUrl(text);
  expect(url).toMatchObject({ ok: false, problem: expect.stringMatching(why) as string });
  expect(JSON.stringify(url)).not.toContain('SECRET');
});
