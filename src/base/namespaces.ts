import { fail, ok, type Result } from './result.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const isNamespace = (name: string): boolean => /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name);

/** Names of namespaces with commas between. */
export const parseNamespaces = (text: string): Result<readonly string[], string> => {
  const names = text.split(',');
  const wrong = names.find((name) => !isNamespace(name));
  return wrong === undefined ? ok(names) : fail(`"${wrong}" is no name of a namespace`);
};
