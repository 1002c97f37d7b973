import { homedir } from 'node:os';

/**
 * The home of whoever runs this. An empty HOME is none: joined, it would be the folder that the command happened to run in. Who runs as a number that the
 * system knows nothing of, as in a container, has none but the root, as container runtimes set it too.
 */
export const homeOf = (env: Readonly<Record<string, string | undefined>>): string => {
  const said = env['HOME'];
  if (said !== undefined && said !== '') return said;
  try {
    return homedir();
  } catch {
    return '/';
  }
};
