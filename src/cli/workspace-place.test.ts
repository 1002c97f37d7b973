import { expect, test } from 'vitest';
import { parseWorkspacePlace } from './workspace-place.ts';

test.each<[string, string, object]>([
  [
    'an id alone',
    'la://7b2f',
    { workspace: '7b2f', endpoint: null, podCidr: '10.244.0.0/16', tables: null, region: 'eastus' },
  ],
  ['a slash behind it', 'la://7b2f/', { workspace: '7b2f' }],
  [
    'plans, tables and the rest',
    'la://7b2f?basic=ContainerLogV2,AppTraces&auxiliary=X_CL&table=AppTraces&pod-cidr=10.0.0.0/8&region=westeurope&endpoint=https%3A%2F%2Fh',
    {
      plans: new Map([
        ['ContainerLogV2', 'Basic'],
        ['AppTraces', 'Basic'],
        ['X_CL', 'Auxiliary'],
      ]),
      tables: ['AppTraces'],
      podCidr: '10.0.0.0/8',
      region: 'westeurope',
      endpoint: 'https://h',
    },
  ],
])('%s', (_, text, place) => {
  expect(parseWorkspacePlace(text)).toMatchObject({ ok: true, value: place });
});

test.each<[string, string, RegExp]>([
  ['no id', 'la://?basic=X', /expected la:\/\/WORKSPACE-ID/],
  ['a path behind it', 'la://7b2f/x', /expected la:\/\/WORKSPACE-ID/],
  ['a parameter that there is not', 'la://7b2f?plan=Basic', /no parameter "plan"/],
  ['a table that is more than a name', 'la://7b2f?basic=X%20%7C%20take%201', /name of a table/],
  ['pods of IPv6', 'la://7b2f?pod-cidr=fd00::/64', /block of IPv4/],
  ['a region that is a path', 'la://7b2f?region=../../etc', /expected a region/],
])('%s is refused', (_, text, says) => {
  const read = parseWorkspacePlace(text);
  expect(read.ok ? '' : read.problem).toMatch(says);
});
