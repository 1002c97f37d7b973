import type { CommandSpec, FlagSpec } from '../command.ts';
import { ALWAYS, GLOBALS, OUTPUTS } from '../globals.ts';
import { TOPICS } from '../topics.ts';

/** What a shell is told of one command: all that it needs while somebody types, so that nothing of unmasq runs then. */
export interface Completed {
  /** `snat plan`; empty for what stands before any command. */
  readonly command: string;
  /** What may come next that is one of a few words; nothing is said of a word that says it itself. */
  readonly next: readonly { readonly word: string; readonly says: string }[];
  readonly flags: readonly CompletedFlag[];
  /** Files are offered as well. */
  readonly takesFiles: boolean;
}

export interface CompletedFlag {
  /** `--output` */
  readonly long: string;
  /** `-o` */
  readonly short: string | null;
  readonly says: string;
  readonly value: Value;
}

/** `none`: the flag has no value; `any`: one that nobody can guess. */
export type Value = 'none' | 'any' | 'files' | 'folders' | readonly string[];

const FILES = /<(?:file|path)>/;
const FOLDERS = /<dir>/;

const valueOf = ({ flags, offers }: FlagSpec): Value => {
  if (offers !== undefined) return offers;
  if (FILES.test(flags)) return 'files';
  if (FOLDERS.test(flags)) return 'folders';
  // `[ips]` may be left away: the next word is taken for one only where it is typed.
  return flags.includes('<') ? 'any' : 'none';
};

const flagOf = (spec: FlagSpec): CompletedFlag => ({
  long: /--[a-z0-9-]+/.exec(spec.flags)?.[0] ?? spec.flags,
  short: /^-[a-zA-Z]\b/.exec(spec.flags)?.[0] ?? null,
  says: spec.says,
  value: valueOf(spec),
});

const WHEN = ['auto', 'always', 'never'];

const globalsOf = ({ honours, alsoPrints = [] }: Pick<CommandSpec, 'honours' | 'alsoPrints'>): readonly FlagSpec[] =>
  GLOBALS.filter(([name, { notYet }]) => notYet === undefined && (honours.includes(name) || ALWAYS.includes(name))).map(
    ([name, flag]): FlagSpec => {
      if (name === 'output') return { ...flag, offers: [...OUTPUTS, ...alsoPrints] };
      return name === 'color' ? { ...flag, offers: WHEN } : flag;
    },
  );

const HELP: FlagSpec = { flags: '-h, --help', says: 'examples and flags' };

const firstLevel = ({ name }: CommandSpec): boolean => !name.includes(' ');

export const completed = (specs: readonly CommandSpec[]): readonly Completed[] => {
  const topics = Object.keys(TOPICS).map((word) => ({ word, says: 'a topic' }));
  const commands = specs.filter(firstLevel).map(({ name, summary }) => ({ word: name, says: summary }));
  const all = GLOBALS.map(([name]) => name);
  return [
    {
      command: '',
      next: [...commands, { word: 'help', says: 'on a command or a topic' }],
      flags: [...globalsOf({ honours: all }), HELP, { flags: '--version', says: 'which version this is' }].map(flagOf),
      takesFiles: false,
    },
    { command: 'help', next: [...commands, ...topics], flags: [], takesFiles: false },
    ...specs.map((spec) => ({
      command: spec.name,
      next: [
        ...(spec.offers ?? []).map((word) => ({ word, says: '' })),
        ...specs
          .filter(({ name }) => name.startsWith(`${spec.name} `))
          .map(({ name, summary }) => ({ word: name.slice(spec.name.length + 1), says: summary })),
      ],
      flags: [...spec.flags, ...globalsOf(spec), HELP].map(flagOf),
      takesFiles: /path|file|spec|query/.test(spec.takes),
    })),
  ];
};

/** Flags of any command that the next word belongs to: what a shell skips while it looks for the command. */
export const takingValues = (all: readonly Completed[]): readonly string[] => [
  ...new Set(
    all
      .flatMap(({ flags }) => flags)
      .filter(({ value }) => value !== 'none')
      .flatMap(wordsOf),
  ),
];

export const flagWords = ({ flags }: Completed): readonly string[] => flags.flatMap(wordsOf);

const wordsOf = ({ long, short }: CompletedFlag): readonly string[] => (short === null ? [long] : [short, long]);

/** Each command, quoted as every shell does it. */
export const commandPatterns = (all: readonly Completed[]): readonly string[] =>
  all.flatMap(({ command }) => (command === '' ? [] : [`'${command}'`]));

/** What one word before the cursor tells of the command, as bash and zsh both read it. */
export const caseOfWord = (all: readonly Completed[]): string => `    case $word in
      ${takingValues(all).join('|')}) skip=1 ;;
      -*) ;;
      *)
        case "\${command:+$command }$word" in
          ${commandPatterns(all).join('|')}) command="\${command:+$command }$word" ;;
          *) given=1 ;;
        esac
        ;;
    esac`;
