import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useView } from '../state/use-view.ts';
import type { PostedFile } from '../../src/contract/questions.ts';
import { type Answers, ask, type Asked, type Parameters, searchOf } from './ask.ts';

/** Files that a question comes with: whether they are the same is told by the number. */
export interface FilesAsked {
  readonly number: number;
  readonly files: readonly PostedFile[];
}

/** A question, asked again as often as the view says. `null`: not yet. */
export const useAnswer = <Name extends Asked>(
  asked: Name,
  parameters: Parameters | null,
  about: FilesAsked | null = null,
): UseQueryResult<Answers[Name]> => {
  const { view } = useView();
  return useQuery({
    queryKey: [asked, parameters === null ? '' : searchOf(parameters), about?.number ?? 0],
    queryFn: ({ signal }) => ask(asked, parameters ?? {}, signal, about?.files),
    enabled: parameters !== null,
    refetchInterval: view.refreshMs ?? false,
    // What was asked before stays on the screen while the same is asked of another time.
    placeholderData: (before, query) =>
      query?.queryKey[0] === asked && query.queryKey[2] === (about?.number ?? 0) ? before : undefined,
  });
};
