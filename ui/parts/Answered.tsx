import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Refusal } from '../api/refusal.ts';
import { Empty } from './Empty.tsx';

interface AnsweredProps<Answer> {
  readonly query: UseQueryResult<Answer>;
  /** What is waited for, as it stands in a sentence: `who talked to 203.0.113.66`. */
  readonly what: string;
  readonly children: (answer: Answer) => ReactNode;
}

/** An answer, or why there is none yet. */
export const Answered = <Answer,>({ query, what, children }: AnsweredProps<Answer>) => {
  const { data, error, isFetching, refetch } = query;
  if (data !== undefined)
    return (
      <div className={query.isPlaceholderData ? 'stale' : undefined} aria-busy={isFetching}>
        {error === null ? null : <Refused error={error} again={() => void refetch()} />}
        {children(data)}
      </div>
    );
  if (error !== null) return <Refused error={error} again={() => void refetch()} />;
  return <Waiting what={what} />;
};

const SLOW_SECONDS = 10;

/** First that it waits, later for how long already: a page that says nothing looks broken. */
const Waiting = ({ what }: { readonly what: string }) => {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (seconds < 1) return <div className="skeleton" data-empty="loading" role="status" aria-label={`Asking ${what}`} />;
  return (
    <Empty kind="loading" title={`Asking ${what}: ${seconds} s`}>
      {seconds < SLOW_SECONDS ? null : (
        <p>
          It takes long. A shorter time, one destination or one node is answered sooner; the server ends what takes
          longer than its limit.
        </p>
      )}
    </Empty>
  );
};

/** What was not answered, why, and what to do: the words of the server, and its code. */
const Refused = ({ error, again }: { readonly error: Error; readonly again: () => void }) => {
  if (!(error instanceof Refusal))
    return (
      <Empty kind="degraded" title="The console failed in a way it should not">
        <p>{error.message}</p>
      </Empty>
    );
  const { title, detail, fix, code, status } = error.problem;
  const kind = status === 401 || status === 403 ? 'forbidden' : 'degraded';
  return (
    <Empty kind={kind} title={title}>
      {detail === null ? null : <p>{detail}</p>}
      <p>{fix}</p>
      <p className="row">
        <button type="button" onClick={again}>
          Ask again
        </button>
        {code === '' ? null : <span className="dim mono">{code}</span>}
      </p>
    </Empty>
  );
};
