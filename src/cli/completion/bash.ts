import { caseOfWord, type Completed, type CompletedFlag, flagWords } from './completed.ts';

/** For bash from 3.2 on, as macOS has it, without bash-completion. */
export const bashCompletion = (all: readonly Completed[]): string => `# unmasq completion bash
_unmasq() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' given='' word i skip='' IFS=$'\\n'
  # Bash makes three words of --output=json.
  if [ "$cur" = = ]; then cur=''; elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = = ]; then continue; fi
    if [ -n "$skip" ]; then skip=''; continue; fi
${caseOfWord(all)}
  done
  COMPREPLY=()
  case "$command" in
${all.map(branch).join('\n')}
  esac
}
complete -F _unmasq unmasq
`;

const branch = (one: Completed): string => {
  const valued = one.flags.filter(({ value }) => value !== 'none');
  const next = one.next.map(({ word }) => word);
  return `    '${one.command}')
      case $prev in
${valued.map(valueBranch).join('\n')}
      esac
      case $cur in
        -*) COMPREPLY=($(${among(flagWords(one))})) ;;
        *)
          if [ -z "$given" ]; then COMPREPLY=($(${among(next)})); fi
${one.takesFiles ? `          COMPREPLY=(\${COMPREPLY[@]} $(compgen -f -- "$cur")); ${AS_FILES}\n` : ''}          ;;
      esac
      ;;`;
};

/** Words with ends of lines between: names of files may have spaces, so nothing else parts what is offered. */
const among = (words: readonly string[]): string => `compgen -W $'${words.join('\\n')}' -- "$cur"`;

/** Folders get their slash. Bash 3.2 has no compopt, and does without. */
const AS_FILES = 'compopt -o filenames 2>/dev/null';

const valueBranch = ({ long, short, value }: CompletedFlag): string => {
  const words = short === null ? long : `${short}|${long}`;
  if (value === 'any' || value === 'none') return `        ${words}) return ;;`;
  if (typeof value !== 'string') return `        ${words}) COMPREPLY=($(${among(value)})); return ;;`;
  return `        ${words}) COMPREPLY=($(compgen -${value === 'files' ? 'f' : 'd'} -- "$cur")); ${AS_FILES}; return ;;`;
};
