import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { Refusal } from '../api/refusal.ts';
import { saveToken } from '../api/token.ts';
import { useDialog } from './use-dialog.ts';

/** Appears where a question was refused for want of a token. */
export const TokenPrompt = () => {
  const queries = useQueryClient();
  const [isWanted, setWanted] = useState(false);
  useEffect(
    () =>
      queries.getQueryCache().subscribe(({ query }) => {
        const { error } = query.state;
        if (error instanceof Refusal && error.problem.status === 401) setWanted(true);
      }),
    [queries],
  );
  const close = useCallback(() => setWanted(false), []);
  const take = useCallback(
    (token: string) => {
      saveToken(token);
      setWanted(false);
      void queries.resetQueries();
    },
    [queries],
  );
  return isWanted ? <TokenDialog close={close} take={take} /> : null;
};

interface TokenDialogProps {
  readonly close: () => void;
  readonly take: (token: string) => void;
}

const TokenDialog = ({ close, take }: TokenDialogProps) => {
  const dialog = useDialog(close);
  const [token, setToken] = useState('');
  const submit = (event: Pick<Event, 'preventDefault'>): void => {
    event.preventDefault();
    if (token.trim() !== '') take(token.trim());
  };
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="token-title">
      <form onSubmit={submit}>
        <h2 id="token-title">This server wants a token</h2>
        <p>
          One of its file of tokens with the role read, or one of its issuer. It is kept in this tab alone, and
          forgotten with it.
        </p>
        <label className="field">
          Token
          <input
            type="password"
            value={token}
            onChange={(event) => setToken(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        <p className="row">
          <button type="submit" className="primary">
            Use it
          </button>
          <button type="button" onClick={close}>
            Not now
          </button>
        </p>
      </form>
    </dialog>
  );
};
