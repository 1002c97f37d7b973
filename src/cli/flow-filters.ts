import type { FlowQuery } from '../core/ports.ts';
import { parseFlowFilter } from '../contract/flow-filter.ts';
import { endpoints, memberOf, ports, protocols, textOf, texts, verdicts } from './flag-values.ts';
import type { Given } from './globals.ts';
import { refuse } from './refused.ts';

type Narrowed = Pick<
  FlowQuery,
  'dest' | 'destPorts' | 'srcIps' | 'srcPorts' | 'protocols' | 'verdicts' | 'namespaces' | 'workloads' | 'nodes'
>;

/** Which flows, by the words and flags of `flows` and `map`. */
export const flowFilters = (words: readonly string[], flags: Given, namespaces: readonly string[]): Narrowed => {
  const { given, ...named } = withFilter(words, flags, namespaces);
  return {
    dest: endpoints(given, 'dest', '--dest'),
    destPorts: ports(given, 'destPort', '--dest-port'),
    srcIps: endpoints(given, 'src', '--src'),
    srcPorts: [],
    protocols: protocols(given),
    verdicts: verdicts(given),
    namespaces: named.namespaces,
    workloads: named.words,
    nodes: texts(given, 'node'),
  };
};

/** `--where` beside the flags that it stands for. What is said both ways would be taken for either: it is refused. */
const withFilter = (
  words: readonly string[],
  given: Given,
  namespaces: readonly string[],
): { readonly words: readonly string[]; readonly given: Given; readonly namespaces: readonly string[] } => {
  const where = textOf(given, 'where');
  if (where === null) return { words, given, namespaces };
  const filter = parseFlowFilter(where);
  if (!filter.ok) {
    const { from, says } = filter.mistake;
    return refuse('E105', `--where: ${says}`, { why: `at character ${from + 1} of: ${where}` });
  }
  const { workload = [], namespace = [], ...others } = filter.parameters;
  const told = Object.entries(others).map(([name, values]) => [memberOf(name), values] as const);
  const twice = [
    ...(workload.length > 0 && words.length > 0 ? ['WORKLOAD'] : []),
    ...(namespace.length > 0 && namespaces.length > 0 ? ['--namespace'] : []),
    ...told.filter(([name]) => texts(given, name).length > 0).map(([name]) => `--${name}`),
  ];
  if (twice.length > 0) return refuse('E105', `--where and ${twice.join(', ')} say the same: one of them is enough`);
  return {
    words: [...words, ...workload],
    namespaces: [...namespaces, ...namespace],
    given: { ...given, ...Object.fromEntries(told) },
  };
};
