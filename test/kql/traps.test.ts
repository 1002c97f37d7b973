import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkQuery } from '../../src/core/kql/check-query.ts';
import { TRAPS } from '../../src/core/kql/traps.ts';
import { KustoLanguage } from '../../src/kusto/kusto-language.ts';
import { publishedTables } from './published-tables.ts';
import { TRAP_CASES } from './trap-cases.ts';

/** Every trap is found where it is, alone, and not in the query beside it that looks the same. */

const language = new KustoLanguage();
const tables = publishedTables();
// The service builds its grammar with its first query, which takes long on a busy machine.
beforeAll(() => language.read('print 1', {}), 120_000);
afterAll(() => language.close());

const found = async (text: string): Promise<readonly string[]> => {
  const { findings } = await checkQuery(language, text, tables);
  return findings.map(({ code, message, at }) => `${code} ${text.slice(at.from, at.until).slice(0, 40)}: ${message}`);
};
const codes = (lines: readonly string[]): readonly string[] => lines.map((line) => line.slice(0, 6));

test.each(TRAP_CASES.map((each) => [each.code, each.about, each] as const))(
  '%s: %s',
  async (code, _, { faulty, innocent, times = 1, also = [] }) => {
    const lines = await found(faulty);
    expect(codes(lines).toSorted()).toEqual([...Array.from({ length: times }, () => code), ...also].toSorted());
    if (innocent !== null) expect(await found(innocent)).toEqual([]);
  },
  120_000,
);

test('every trap has a case', () => {
  expect([...new Set(TRAP_CASES.map(({ code }) => code))]).toEqual(Object.keys(TRAPS));
});

/**
 * A way to the pods behind a node that is told again and again, and tells nothing: KubeNodeInventory has no addresses, and blank addresses are
 * joined with blank ones.
 */
const WELL_MEANT = `let podName = "payment-7d8f9c";
let podNode = KubePodInventory
| where TimeGenerated > ago(1h)
| where Name == podName
| project Computer
| take 1;
AzureNetworkAnalytics_CL
| where TimeGenerated > ago(1h)
| join kind=inner (
    KubeNodeInventory
    | where TimeGenerated > ago(1h)
    | where Computer in (podNode)
    | extend NodeIP = tostring(parse_json(Status).addresses[0].address)
    | project NodeIP, Computer
) on $left.SrcIP_s == $right.NodeIP
| project TimeGenerated, NodeIP, DestinationIP = DestIP_s, DestPort_d, L7Protocol_s`;

test('a query that runs and lies: every fault of it has its name and place', async () => {
  const { findings } = await checkQuery(language, WELL_MEANT, tables);
  expect(findings.map(({ code, at }) => `${code} ${WELL_MEANT.slice(at.from, at.until).split('\n')[0]}`)).toEqual([
    'KQL103 take 1',
    'KQL104 AzureNetworkAnalytics_CL',
    'KQL108 AzureNetworkAnalytics_CL',
    'KQL109 AzureNetworkAnalytics_CL',
    'KQL110 AzureNetworkAnalytics_CL',
    'KQL111 join kind=inner (',
    'KQL112 join kind=inner (',
    'KQL102 parse_json(Status)',
    'KQL101 $left.SrcIP_s == $right.NodeIP',
    'KQL105 $left.SrcIP_s == $right.NodeIP',
    'KQL104 TimeGenerated',
    'KQL105 DestIP_s',
    'KQL113 L7Protocol_s',
  ]);
});

test('whoever bounds the time from outside, and whoever fills in parameters, is not told to', async () => {
  const text = 'declare query_parameters(node:string);\nKubePodInventory\n| where Computer == node\n| distinct Name';
  const use = { isBounded: true, hasParameters: true };
  expect((await checkQuery(language, text, tables, use)).findings).toEqual([]);
  expect(codes(await found(text))).toEqual(['KQL114', 'KQL107']);
});
