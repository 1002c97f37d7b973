import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { azureResourceDecoder } from './azure-resource-decoder.ts';

const decode = (text: string, cuts: readonly number[] = []) => {
  const decoder = azureResourceDecoder();
  const bytes = new TextEncoder().encode(text);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, from] of edges.slice(0, -1).entries()) decoder.push(bytes.subarray(from, edges[i + 1]));
  decoder.end();
  const { facts, rejects, ignored } = decoder.take();
  return { resources: facts.resources ?? [], rejects, ignored };
};

const sample = (name: string): string => readFileSync(join(import.meta.dirname, 'testdata', `${name}.in.json`), 'utf8');
const [shown, networks, outside] = ['aks-show', 'vnet-list', 'what-is-outside'].map(
  (name) => JSON.parse(sample(name)) as unknown,
);
const good = [shown, ...(networks as unknown[]), ...(outside as unknown[])];

/** A document in which one value, wherever, is another one. */
const spoilt = fc
  .tuple(fc.constantFrom(...good), fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant('')))
  .map(([document, at, value]) => {
    let seen = 0;
    const places = JSON.stringify(document).split(/[,:]/).length;
    return JSON.parse(
      JSON.stringify(document, (key, held) => (key !== '' && seen++ === at % places ? value : held)),
    ) as unknown;
  });

test('every element is a resource, ignored or a reject, whatever is in it and however it is cut', () => {
  const element = fc.oneof(fc.constantFrom(...good), spoilt, fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(
      fc.array(element, { maxLength: 5 }),
      fc.constantFrom('list', 'value', 'values', 'lines'),
      fc.array(fc.nat(), { maxLength: 6 }),
      (elements, form, cuts) => {
        const lists = elements.map((one) => (Array.isArray(one) ? { list: one } : one));
        const text =
          form === 'list'
            ? JSON.stringify(lists)
            : form === 'lines'
              ? lists
                  .map((one) => JSON.stringify({ ...(one as object), value: undefined, values: undefined }))
                  .join('\n')
              : JSON.stringify({ [form]: lists });
        const { resources, rejects, ignored } = decode(text, cuts);
        const counted = Object.values(ignored).reduce((sum, n) => sum + n, 0);
        expect(resources.length + rejects.length + counted).toBe(elements.length);
        expect(decode(text)).toEqual({ resources, rejects, ignored });
        for (const { id } of resources) expect(id).toBe(id.toLowerCase());
      },
    ),
    { numRuns: 300 },
  );
});

test('az and the REST API say the same', () => {
  const flat = {
    id: '/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/natGateways/n',
    sku: { name: 'Standard' },
  };
  const told = { idleTimeoutInMinutes: 4, publicIpAddresses: [{ id: '/SUBSCRIPTIONS/x' }] };
  const [byAz] = decode(JSON.stringify([{ ...flat, ...told }])).resources;
  const [byRest] = decode(JSON.stringify({ value: [{ ...flat, properties: told }] })).resources;
  expect(byAz).toMatchObject({ type: 'nat-gateway', idleMinutes: 4, publicIps: ['/subscriptions/x'] });
  expect(byRest).toEqual(byAz);
});

test('capitals differ between versions', () => {
  const old = sample('aks-show')
    .replaceAll('effectiveOutboundIPs', 'effectiveOutboundIps')
    .replaceAll('vnetSubnetId', 'vnetSubnetID')
    .replaceAll('enableNodePublicIp', 'enableNodePublicIP');
  expect(decode(old)).toEqual(decode(sample('aks-show')));
});

test.each<[string, object, RegExp, RegExp]>([
  [
    'a number in place of text',
    { addressSpace: { addressPrefixes: [7] } },
    /addressSpace.addressPrefixes\[0\]$/,
    /expected text, got 7/,
  ],
  [
    'a subnet without an id',
    { subnets: [{ addressPrefix: '10.0.0.0/8' }] },
    /subnets\[0\].id$/,
    /expected text, got null/,
  ],
  ['text in place of a list', { subnets: 'none' }, /subnets$/, /expected a list/],
  [
    'a block that is none',
    { addressSpace: { addressPrefixes: ['10.0.0.0/33'] } },
    /addressPrefixes$/,
    /a block of addresses/,
  ],
])('refused: %s', (_, members, place, why) => {
  const id = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v';
  const { resources, rejects } = decode(JSON.stringify({ id, ...members }));
  expect(resources).toEqual([]);
  expect(rejects).toEqual([
    { place: expect.stringMatching(place), why: expect.stringMatching(why), text: expect.any(String) },
  ]);
});

test('what broke off is told, and what came before is there', () => {
  const { resources, rejects } = decode(sample('what-is-outside').slice(0, 3_000));
  expect([resources.length > 0, rejects.length]).toEqual([true, 1]);
});
