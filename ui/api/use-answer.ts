import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useView } from '../state/use-view.ts';
import { type Answers, ask, type Asked, type Parameters, searchOf } from './ask.ts';

/** A question, asked again as often as the view says. `null`: not yet. */
export const useAnswer = <Name extends Asked>(
  asked: Name,
  parameters: Parameters | null,
): UseQueryResult<Answers[Name]> => {
  const { view } = useView();
  return useQuery({
    queryKey: [asked, parameters === null ? '' : searchOf(parameters)],
    queryFn: ({ signal }) => ask(asked, parameters ?? {}, signal),
    enabled: parameters !== null,
    refetchInterval: view.refreshMs ?? false,
    // What was asked before stays on the screen while the same is asked of another time.
    placeholderData: (before, query) => (query?.queryKey[0] === asked ? before : undefined),
  });
};
