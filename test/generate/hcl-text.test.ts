import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeHcl } from '../../src/core/monitoring/generate/hcl-writer.ts';
import { argument } from '../../src/core/monitoring/terraform/configuration.ts';
import { estateOfFiles } from './estates.ts';

/** A text of a spec or of somebody's configuration is a text in what is written: nothing of it is evaluated. */

const readBack = (text: string): unknown => {
  const written = writeHcl([
    {
      type: 'resource',
      labels: ['azurerm_nat_gateway', 'outbound'],
      body: [
        ['name', text],
        ['tags', { object: { [text]: 'x' } }],
      ],
    },
  ]);
  const [resource] = estateOfFiles([{ name: 'main.tf', text: written }]).resources;
  const [name, tags] = [argument(resource?.body, 'name'), argument(resource?.body, 'tags')];
  return [name?.kind === 'known' ? name.value : name, tags?.kind === 'object' ? [...tags.items.keys()] : tags];
};

test.each([
  '${var.secret}',
  '%{ if true }x%{ endif }',
  '$${x}',
  '$$${x}',
  '%%%{x}',
  '$%{x}',
  'a"\n}\nresource "x" "y" {\n',
  '\\"',
  '\\u0024{x}',
  '\u0000\u0007\u001b\u2028',
  'EOT\n',
  '/* */ # //',
  'ä \u{1f600}',
])('%j comes out as it is', (text) => {
  expect(readBack(text)).toEqual([text, [text]]);
});

test('so does any other', () => {
  const pieces = fc.constantFrom('$', '%', '{', '}', '"', '\\', '\n', 'a', ' ', '~', 'EOT', '\u0007');
  fc.assert(
    fc.property(
      fc.array(pieces, { minLength: 1, maxLength: 12 }).map((all) => all.join('')),
      (text) => {
        expect(readBack(text)).toEqual([text, [text]]);
      },
    ),
    { numRuns: 300 },
  );
});
