import type { Context } from './context.ts';
import type { Given, GlobalName, OwnOutput } from './globals.ts';

export interface FlagSpec {
  /** As commander takes it: `--node <name>`. */
  readonly flags: string;
  readonly says: string;
  readonly repeats?: true;
  /** What holds where nobody says anything. Help says it. */
  readonly byDefault?: string;
  /** The words that its value is one of; a shell offers them. */
  readonly offers?: readonly string[];
  /** Not to be set in a file or the environment. */
  readonly isNoSetting?: true;
}

/** One command: what help prints, what the parser takes, what runs. */
export interface CommandSpec {
  readonly name: string;
  readonly group: string;
  /** `<dest...>`; empty for none. As commander takes it. */
  readonly takes: string;
  /** What its first word is one of; a shell offers them. */
  readonly offers?: readonly string[];
  /** One line. */
  readonly summary: string;
  readonly about: readonly string[];
  readonly examples: readonly (readonly [command: string, says: string])[];
  readonly flags: readonly FlagSpec[];
  readonly honours: readonly GlobalName[];
  /** Its flags are settings too: of the configuration file and the environment. */
  readonly isConfigured?: true;
  /** Formats of `-o` that only it has. */
  readonly alsoPrints?: readonly OwnOutput[];
  readonly seeAlso: readonly string[];
  /** Gives the exit code. */
  readonly run: (context: Context, words: readonly string[], given: Given) => Promise<number>;
}
