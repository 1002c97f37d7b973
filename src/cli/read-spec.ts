import { fail, ok, type Result } from '../base/result.ts';
import { type MonitoringSpec, readSpec } from '../core/monitoring/spec.ts';
import { type Written, writtenWith } from '../core/monitoring/written.ts';
import type { Outside } from './outside.ts';
import { refuse } from './refused.ts';
import { parseSpecFile } from './spec-file.ts';

/** `-` is standard input. Refuses with every problem and its place. */
export const readSpecFile = async (name: string, outside: Pick<Outside, 'readText' | 'stdin'>): Promise<Written> => {
  const text = await (name === '-' ? wholeOf(outside) : outside.readText(name)).catch((error: Error) =>
    refuse('E521', `${name} cannot be read`, { why: error.message }),
  );
  return understood(name, parseSpecFile(name === '-' ? 'standard input' : name, text));
};

export const specFrom = (name: string, written: Written): MonitoringSpec => understood(name, readSpec(written));

/** The spec with settings over it: `inventory.interval=5m`. A value is YAML, as in the file; `null` for a part that is not wanted. */
export const specWith = (name: string, written: Written, settings: readonly string[]): MonitoringSpec => {
  const set = settings.reduce<Written>((before, setting) => {
    const parsed = parseSetting(setting);
    return parsed.ok
      ? writtenWith(before, parsed.value.path, parsed.value.value)
      : refuse('E105', `--set ${setting}: ${parsed.problem}`);
  }, written);
  return understood(settings.length === 0 ? name : `${name} with --set`, readSpec(set));
};

const parseSetting = (
  setting: string,
): Result<{ readonly path: readonly string[]; readonly value: Written }, string> => {
  const at = setting.indexOf('=');
  const path = setting.slice(0, at).split('.');
  if (at < 1 || path.some((name) => name === '')) return fail('expected MEMBER.MEMBER=VALUE');
  const value = parseSpecFile('--set', setting.slice(at + 1));
  return value.ok
    ? ok({ path, value: placedAt(`--set ${setting.slice(0, at)}`, value.value) })
    : fail(value.problem.join('; '));
};

/** What a flag said stands nowhere in a file. */
const placedAt = (at: string, written: Written): Written => {
  if (written.kind === 'list') return { ...written, at, items: written.items.map((one) => placedAt(at, one)) };
  if (written.kind === 'scalar') return { ...written, at };
  return {
    ...written,
    at,
    members: written.members.map(({ name, value }) => ({ name, at, value: placedAt(at, value) })),
  };
};

const understood = <Value>(name: string, read: Result<Value, readonly string[]>): Value =>
  read.ok ? read.value : refuse('E521', `${name} is not understood`, { why: read.problem.join('; ') });

const wholeOf = async ({ stdin }: Pick<Outside, 'stdin'>): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of stdin.stream()) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces).toString('utf8');
};
