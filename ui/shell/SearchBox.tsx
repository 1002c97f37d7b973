import { useId, useState } from 'react';
import { useView } from '../state/use-view.ts';
import { searchFor } from './search.ts';

/** One box for everything that somebody may hold in their hand; it says what it takes it for before it goes there. */
export const SearchBox = ({ isLarge = false }: { readonly isLarge?: boolean }) => {
  const { go } = useView();
  const [typed, setTyped] = useState('');
  const hint = useId();
  const found = searchFor(typed);
  const submit = (event: Pick<Event, 'preventDefault'>): void => {
    event.preventDefault();
    if (found === null) return;
    go(found.page, found.words);
    setTyped('');
  };
  return (
    <form
      className={isLarge ? 'search search-large' : 'search'}
      role="search"
      aria-label={isLarge ? 'Who was it' : 'Everything'}
      onSubmit={submit}
    >
      <input
        id={isLarge ? 'search-home' : 'search'}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        placeholder={
          isLarge ? '203.0.113.66 · shop/checkout · a trace id · a log line' : 'Address, workload, id, log line'
        }
        aria-label="Search: an address, a workload, a pod, a correlation id, a flow, or a pasted log line"
        aria-describedby={hint}
        autoComplete="off"
        spellCheck={false}
        maxLength={20_000}
      />
      <output id={hint} className={found === null ? 'search-hint' : 'search-hint is-found'}>
        {found === null ? isLarge ? null : <kbd>/</kbd> : `${found.says} ⏎`}
      </output>
    </form>
  );
};
