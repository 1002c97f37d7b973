import { caseOfWord, type Completed, type CompletedFlag } from './completed.ts';

export const zshCompletion = (all: readonly Completed[]): string => `#compdef unmasq
# unmasq completion zsh
_unmasq() {
  local command='' given='' word i skip='' cur=\${words[CURRENT]} prev=\${words[CURRENT-1]}
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ -n $skip ]]; then skip=''; continue; fi
${caseOfWord(all)}
  done
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    compset -P '*='
    cur=\${cur#*=}
  fi
  case "$command" in
${all.map(branch).join('\n')}
  esac
}
# Read from fpath this file is the function; sourced, it says of whom it is.
if [[ \${funcstack[1]} == _unmasq ]]; then _unmasq "$@"; else compdef _unmasq unmasq; fi
`;

/** Within single quotes; a colon parts a word from what is said of it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const described = (word: string, says: string): string => quoted(says === '' ? word : `${word}:${says}`);

const branch = ({ command, next, flags, takesFiles }: Completed): string => `    '${command}')
      case $prev in
${flags
  .filter(({ value }) => value !== 'none')
  .map(valueBranch)
  .join('\n')}
      esac
      if [[ $cur == -* ]]; then
        local -a flags=(
${flags.flatMap(({ long, short, says }) => [short, long].flatMap((word) => (word === null ? [] : [`          ${described(word, says)}`]))).join('\n')}
        )
        _describe -o flag flags
      else
        local -a next=(
${next.map(({ word, says }) => `          ${described(word, says)}`).join('\n')}
        )
        if [[ -z $given ]]; then _describe word next; fi
${takesFiles ? '        _files\n' : ''}      fi
      ;;`;

const valueBranch = ({ long, short, value }: CompletedFlag): string => {
  const offered =
    value === 'files'
      ? '_files; '
      : value === 'folders'
        ? '_files -/; '
        : typeof value === 'string'
          ? ''
          : `compadd -- ${value.join(' ')}; `;
  return `        ${short === null ? long : `${short}|${long}`}) ${offered}return ;;`;
};
