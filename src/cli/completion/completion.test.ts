import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CLOUDS } from '../../app/kql-link.ts';
import { MAP_BY, MAP_HIDE, MAP_SENDER, MAP_TO } from '../../core/flow-map.ts';
import { BREAKDOWNS } from '../../core/monitoring/cost/breakdown.ts';
import { ELSEWHERE } from '../../core/monitoring/estate.ts';
import { SEVERITIES } from '../../core/monitoring/finding.ts';
import { GENERATED } from '../../core/monitoring/generate/generated-files.ts';
import { VERDICT_KINDS } from '../../core/ports.ts';
import { COMMANDS } from '../commands.ts';
import { DEGREES, SIMULATED_SOURCES, SIMULATED_TRAFFIC } from '../simulation.ts';
import { bashCompletion } from './bash.ts';
import { completed, flagWords } from './completed.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const all = completed(COMMANDS);
const folder = mkdtempSync(join(tmpdir(), 'unmasq-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where the shells are when they complete: files that could be meant. */
const here = join(folder, 'here');
mkdirSync(join(here, 'flow logs'), { recursive: true });
writeFileSync(join(here, 'pods.json'), '{}');
writeFileSync(join(here, 'PT1H of today.json'), '{}');
// A folder with the name of a command.
mkdirSync(join(here, 'kql'));

const scripts = { bash: bashCompletion(all), zsh: zshCompletion(all), fish: fishCompletion(all) };
for (const [shell, text] of Object.entries(scripts)) writeFileSync(join(folder, `unmasq.${shell}`), text);

/** What bash offers, with the words parted as bash itself parts them. */
const BASH = `source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _unmasq; printf '%s\\n' "\${COMPREPLY[@]}"`;

/** Zsh completes on a terminal only: one inside, in which each match that is added is put down in a file. */
const ZSH = `zmodload zsh/zpty
zpty inside zsh -f -i
zpty -w inside "PS1=; stty -echo; autoload -U compinit; compinit -u -D; source \${(q)1}; told=\${(q)3}"
zpty -w inside 'compadd() { local -a found; if (( ! \${argv[(I)-[OAD]]} )); then builtin compadd -O found "$@"; print -rl -- $found >>$told; fi; builtin compadd "$@" }'
zpty -w inside 'done-so() { print -r -- "<<end>>"; exit }; comppostfuncs=(done-so); bindkey "^I" complete-word; print -r -- "<<"ready">>"'
zpty -r inside text '*<<ready>>*'
zpty -w -n inside "$2"$'\\t'
zpty -r inside text '*<<end>>*'`;

const FISH = 'source $argv[1]; complete -C $argv[2]';

const SHELLS: Readonly<Record<keyof typeof scripts, (line: string) => readonly string[]>> = {
  bash: (line) => lines('bash', ['--norc', '-c', BASH, 'bash', join(folder, 'unmasq.bash'), ...asBashParts(line)]),
  zsh: (line) => inZsh(line),
  // Fish offers what holds the letters, too, where nothing else begins with them.
  fish: (line) =>
    lines('fish', ['--no-config', '-c', FISH, join(folder, 'unmasq.fish'), line])
      .map((one) => one.split('	')[0] ?? '')
      .filter((one) => one.startsWith(line.split(' ').at(-1) ?? '')),
};

const inZsh = (line: string): readonly string[] => {
  const told = join(mkdtempSync(join(folder, 'told-')), 'matches');
  writeFileSync(told, '');
  lines('zsh', ['-f', '-c', ZSH, 'zsh', join(folder, 'unmasq.zsh'), line, told]);
  return [
    ...new Set(
      readFileSync(told, 'utf8')
        .split('\n')
        .filter((one) => one !== ''),
    ),
  ];
};

/** At spaces, and at each equals sign, which is a word then (COMP_WORDBREAKS). */
const asBashParts = (line: string): readonly string[] =>
  line.split(' ').flatMap((word) => (word.includes('=') ? word.split(/(=)/).filter((part) => part !== '') : [word]));

const lines = (shell: string, args: readonly string[]): readonly string[] => {
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd: here,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TERM: 'dumb', HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
  });
  expect({ shell, args, stderr, status }).toEqual({ shell, args, stderr: '', status: 0 });
  return stdout.split('\n').filter((line) => line !== '');
};

const CASES: readonly (readonly [says: string, line: string, offered: readonly string[]])[] = [
  ['a command from its beginning', 'unmasq si', ['simulate']],
  ['a command though a folder has its name', 'unmasq kq', ['kql']],
  ['what stands below a command, and its words', 'unmasq snat ', ['status', 'ledger', 'forecast', 'advice', 'plan']],
  ['such a word once', 'unmasq snat ledger ', []],
  ['a command behind flags with values', 'unmasq -n shop --cluster diagnose gen', ['generate']],
  ['flags of a command of two words, and not of the first', 'unmasq snat plan --ou', ['--outbound-ips', '--output']],
  ['flags of the command and what every one takes', 'unmasq flows --no', ['--node', '--no-color']],
  ['words of a flag', 'unmasq map --to ', ['address', 'port', 'block', 'host', 'tag', 'all']],
  ['words of a flag by its letter, with those of this command alone', 'unmasq audit -o s', ['sarif']],
  ['formats that another command prints, not', 'unmasq who -o s', []],
  ['topics and commands for help', 'unmasq help ver', ['verdicts']],
  ['files for a command that takes them', 'unmasq ingest p', ['pods.json']],
  ['nothing for what nobody can guess', 'unmasq flows --dest ', []],
];

/** Zsh makes its terminal and reads all of its functions anew for each. */
const SLOW = { timeout: 180_000 };

for (const shell of Object.keys(SHELLS) as (keyof typeof SHELLS)[]) {
  const has = spawnSync(shell, ['--version']).status === 0;
  const skipped = has ? '' : ` (skipped: no ${shell} here)`;

  test.skipIf(!has).each(CASES)(`${shell} offers %s${skipped}`, SLOW, (_, line, offered) => {
    expect(SHELLS[shell](line).toSorted()).toEqual([...offered].toSorted());
  });

  test.skipIf(!has)(
    `${shell} offers names of files whole, and folders alone where one is meant${skipped}`,
    SLOW,
    () => {
      const bare = (words: readonly string[]): readonly string[] =>
        words.map((word) => word.replaceAll('\\', '').replace(/\/$/, '')).toSorted();
      expect(bare(SHELLS[shell]('unmasq ingest PT'))).toEqual(['PT1H of today.json']);
      expect(bare(SHELLS[shell]('unmasq generate terraform --out '))).toEqual(['flow logs', 'kql']);
    },
  );
}

test.each(['--output=', '--output=j'])('bash offers the words of a flag behind its equals sign: %s', (flag) => {
  const offered = SHELLS.bash(`unmasq who ${flag}`);
  expect(offered).toEqual(flag.endsWith('j') ? ['json', 'jsonl'] : ['table', 'wide', 'json', 'jsonl', 'csv', 'yaml']);
});

test('bash offers each flag of each command, and is told whom it completes', () => {
  const script = `source "$1"; complete -p unmasq
while IFS=$'\\t' read -r command; do
  COMP_WORDS=(unmasq $command -); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _unmasq; printf '%s:' "$command"; printf ' %s' "\${COMPREPLY[@]}"; echo
done`;
  const { stdout } = spawnSync('bash', ['--norc', '-c', script, 'bash', join(folder, 'unmasq.bash')], {
    encoding: 'utf8',
    input: all.map(({ command }) => `${command}\n`).join(''),
  });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'complete -F _unmasq unmasq',
    ...all.map((one) => `${one.command}: ${flagWords(one).join(' ')}`),
  ]);
});

test('what is offered for a value is what the command takes', () => {
  const offered = COMMANDS.flatMap(({ name, flags }) =>
    flags.flatMap(({ flags: words, offers }) =>
      offers === undefined ? [] : [[`${name} ${words.split(' ')[0]}`, offers] as const],
    ),
  );
  const expected: readonly (readonly [string, readonly string[]])[] = [
    ...['who', 'flows', 'map', 'now'].map((name) => [`${name} --verdict`, VERDICT_KINDS] as const),
    ['map --sender', MAP_SENDER],
    ['map --to', MAP_TO],
    ['map --by', MAP_BY],
    ['map --hide', MAP_HIDE],
    ['snat --of', ['node', 'pod', 'conntrack']],
    ['audit --fail-on', [...SEVERITIES, 'never']],
    ['audit --elsewhere', ELSEWHERE],
    ['kql link --cloud', CLOUDS],
    ['cost --by', BREAKDOWNS],
    ['simulate --without', SIMULATED_SOURCES],
    ['simulate --ip-reuse', DEGREES],
    ['simulate --port-reuse', DEGREES],
    ['simulate --traffic', SIMULATED_TRAFFIC],
  ];
  expect(new Map(offered)).toEqual(new Map(expected));
  expect(COMMANDS.find(({ name }) => name === 'generate')?.offers).toEqual(GENERATED);
});
