import { expect, test } from 'vitest';
import { auditText, codesIn } from '../../../test/audit-text.ts';
import { instant } from '../../base/instant.ts';
import { parseIgnore } from './ignores.ts';

const CLUSTER = `resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = "westeurope"
  resource_group_name = "shop"
  colour              = "red"
  default_node_pool {
    name    = "system"
    vm_size = "Standard_D4s_v5"
  }
  identity {
    type = "SystemAssigned"
  }
}
`;
const IGNORE = 'unmasq:ignore TF001 until 2027-03-31: comes with the next version';

test('a comment says what, until when and why', () => {
  expect(parseIgnore('# unmasq:ignore TF001, SNAT004 until 2027-03-31: the hub: comes')).toMatchObject({
    codes: ['TF001', 'SNAT004'],
    untilDay: '2027-03-31',
    reason: 'the hub: comes',
  });
  expect(parseIgnore('/* unmasq:ignore TF001 until 2027-03-31: why */')).toMatchObject({ reason: 'why' });
  expect(parseIgnore('# nothing of that')).toBeNull();
  for (const bad of [
    'TF001',
    'TF001: why',
    'TF001 until soon: why',
    'TF001 until 2027-03-31:',
    'all until 2027-03-31: x',
    'TF001 until 2027-13-31: x',
  ])
    expect(typeof parseIgnore(`# unmasq:ignore ${bad}`)).toBe('string');
});

const put = (line: number, text: string): string => {
  const lines = CLUSTER.split('\n');
  lines.splice(line - 1, 0, text);
  return lines.join('\n');
};

test.each<[string, string, readonly string[]]>([
  ['nothing is ignored', CLUSTER, ['main.tf:5:3 TF001']],
  ['above the resource, all of it', put(1, `# ${IGNORE}`), []],
  ['above the argument', put(5, `  // ${IGNORE}`), []],
  ['at the end of its line', CLUSTER.replace('"red"', `"red" # ${IGNORE}`), []],
  ['above another argument', put(4, `  # ${IGNORE}`), ['main.tf:4:3 IGN003', 'main.tf:6:3 TF001']],
  ['another code', put(1, `# ${IGNORE.replace('TF001', 'TF002')}`), ['main.tf:1:1 IGN003', 'main.tf:6:3 TF001']],
  [
    'a day that is over',
    put(1, `# ${IGNORE.replace('2027-03-31', '2026-11-27')}`),
    ['main.tf:1:1 IGN001', 'main.tf:6:3 TF001'],
  ],
  ['its last day', put(1, `# ${IGNORE.replace('2027-03-31', '2026-11-28')}`), []],
  ['no reason', put(1, '# unmasq:ignore TF001'), ['main.tf:1:1 IGN002', 'main.tf:6:3 TF001']],
])('%s', async (_, text, expected) => {
  const report = await auditText({ 'main.tf': text }, { today: instant(Date.UTC(2026, 10, 27)) });
  expect(codesIn(report)).toEqual(expected);
  expect(report.ignored.map(({ code }) => code)).toEqual(expected.length === 0 ? ['TF001'] : []);
});
