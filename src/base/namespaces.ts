import { fail, ok, type Result } from './result.ts';

/** Names of namespaces with commas between: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const parseNamespaces = (text: string): Result<readonly string[], string> => {
  const names = text.split(',');
  const wrong = names.find((name) => !/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  return wrong === undefined ? ok(names) : fail(`"${wrong}" is no name of a namespace`);
};
