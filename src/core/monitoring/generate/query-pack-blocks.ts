import { type Blueprint, derived, GROUP, LOCATION, type PackedQuery } from './blueprint.ts';
import { code, type HclBlock, resource } from './hcl-writer.ts';

/** In the portal nobody fills parameters in: each becomes a `let` that its reader changes. */
export const queryBlocks = (blueprint: Blueprint, queries: readonly PackedQuery[]): readonly HclBlock[] => [
  resource('azurerm_log_analytics_query_pack', 'unmasq', [['name', derived(blueprint, '-queries')], LOCATION, GROUP]),
  ...queries.map(({ name, title, question, text }) =>
    resource('azurerm_log_analytics_query_pack_query', name.replaceAll('-', '_'), [
      ['query_pack_id', code('azurerm_log_analytics_query_pack.unmasq.id')],
      ['display_name', title],
      ['description', question],
      ['body', { heredoc: withLets(text, blueprint) }],
    ]),
  ),
];

const DECLARED = /^declare query_parameters\((.*)\);$/m;

/** Where nobody says: the last day, this cluster, how often this rule samples. */
const valueFor = (name: string, type: string, written: string | null, { cluster, inventory }: Blueprint): string => {
  if (name === 'sampling' && inventory !== null) return inventory.interval;
  if (written !== null) return written;
  if (name === 'cluster' && cluster.name !== null) return JSON.stringify(cluster.name);
  if (type === 'datetime') return name === 'until' ? 'now()' : 'ago(24h)';
  return FIRST[type] ?? JSON.stringify(`<${name}>`);
};

/** A text is not empty: blank equals blank in a table, and the whole internet would have been talked to. */
const FIRST: Readonly<Record<string, string>> = {
  dynamic: 'dynamic([])',
  timespan: '1m',
  int: '0',
  long: '0',
  real: '0.0',
  bool: 'false',
};

/** `a:string, b:timespan = 5m`, apart at commas that stand in no bracket or text. */
const parametersIn = (declared: string): readonly string[] => {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  let isText = false;
  for (let i = 0; i < declared.length; i += 1) {
    const c = declared[i] ?? '';
    if (c === '"') isText = !isText;
    else if (isText) continue;
    else if ('([{'.includes(c)) depth += 1;
    else if (')]}'.includes(c)) depth -= 1;
    else if (c === ',' && depth === 0) {
      parts.push(declared.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, declared.slice(from)].map((part) => part.trim());
};

export const withLets = (text: string, blueprint: Blueprint): string =>
  text.replace(DECLARED, (_, declared: string) =>
    parametersIn(declared)
      .map((parameter) => {
        const [, name = '', type = '', written] = /^(\w+)\s*:\s*(\w+)(?:\s*=\s*(.*))?$/s.exec(parameter) ?? [];
        return `let ${name} = ${valueFor(name, type, written ?? null, blueprint)};`;
      })
      .join('\n'),
  );
