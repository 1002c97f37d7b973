import { commandPatterns, type Completed, type CompletedFlag, takingValues } from './completed.ts';

export const fishCompletion = (all: readonly Completed[]): string => `# unmasq completion fish
function __unmasq_at --description 'whether this is the command that is typed'
    set -l command
    set -l given
    set -l skip
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip
            continue
        end
        switch $word
            case ${takingValues(all).join(' ')}
                set skip yes
            case '-*'
            case '*'
                switch (string join ' ' $command $word)
                    case ${commandPatterns(all).join(' ')}
                        set command $command $word
                    case '*'
                        set given yes
                end
        end
    end
    if test "$argv[2]" = first -a -n "$given"
        return 1
    end
    test "$command" = "$argv[1]"
end
complete -c unmasq -f
${all.flatMap(linesOf).join('\n')}
`;

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const linesOf = ({ command, next, flags, takesFiles }: Completed): readonly string[] => {
  const at = (more: string): string => `complete -c unmasq -n ${quoted(`__unmasq_at "${command}"${more}`)}`;
  const here = at('');
  return [
    ...next.map(({ word, says }) => `${at(' first')} -a ${quoted(word)}${says === '' ? '' : ` -d ${quoted(says)}`}`),
    ...(takesFiles ? [`${here} -F`] : []),
    ...flags.map((flag) => `${here} ${flagWords(flag)} -d ${quoted(flag.says)}`),
  ];
};

const flagWords = ({ long, short, value }: CompletedFlag): string => {
  const words = [...(short === null ? [] : [`-s ${short.slice(1)}`]), `-l ${long.slice(2)}`].join(' ');
  if (value === 'none') return words;
  if (value === 'files') return `${words} -r -F`;
  if (value === 'folders') return `${words} -x -a '(__fish_complete_directories)'`;
  return value === 'any' ? `${words} -x` : `${words} -x -a ${quoted(value.join(' '))}`;
};
