import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Refusal } from '../../api/refusal.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Empty } from '../../parts/Empty.tsx';

interface FilesAnsweredProps<Answer> {
  readonly query: UseQueryResult<Answer>;
  readonly what: string;
  /** Flags of the server that would give it what is missing. */
  readonly flags: string;
  readonly children: (answer: Answer) => ReactNode;
}

/** An answer about files, or where it would have them from. */
export const FilesAnswered = <Answer,>({ query, what, flags, children }: FilesAnsweredProps<Answer>) =>
  query.error instanceof Refusal && query.error.problem.code === 'E612' ? (
    <Empty kind="not-configured" title="The server was started without such files">
      <p>Drop yours below, or start it with</p>
      <pre tabIndex={0}>unmasq serve {flags}</pre>
    </Empty>
  ) : (
    <Answered query={query} what={what}>
      {children}
    </Answered>
  );
