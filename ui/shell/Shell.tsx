import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useView } from '../state/use-view.ts';
import { FlowDrawer } from './FlowDrawer.tsx';
import { Help } from './Help.tsx';
import { GO, type KeyAction } from './keys.ts';
import { SearchBox } from './SearchBox.tsx';
import { applyTheme, savedTheme, type Theme, THEMES } from './theme.ts';
import { TimePicker } from './TimePicker.tsx';
import { TokenPrompt } from './TokenPrompt.tsx';
import { useKeys } from './use-keys.ts';

const THEME_MARK: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' };

/** What stands around every page. */
export const Shell = ({ children }: { readonly children: ReactNode }) => {
  const { to, go, notes, word } = useView();
  const [path] = useLocation();
  const queries = useQueryClient();
  const [isHelp, setHelp] = useState(false);
  const [isTime, setTime] = useState(false);
  const [theme, setTheme] = useState(savedTheme);
  const closeHelp = useCallback(() => setHelp(false), []);
  const title = GO.find(([, page]) => page === path)?.[2] ?? 'unmasq';

  const nextTheme = (): void => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
    applyTheme(next);
    setTheme(next);
  };
  const actions: Readonly<Record<KeyAction, () => void>> = {
    search: () => document.getElementById('search')?.focus(),
    help: () => setHelp(true),
    time: () => setTime(true),
    refresh: () => void queries.invalidateQueries(),
    theme: nextTheme,
  };
  useKeys(actions, go);
  useEffect(() => {
    document.title = title === 'unmasq' ? title : `${title} · unmasq`;
  }, [title]);

  const flow = word('flow');
  return (
    <div className="shell">
      <a className="skip" href="#main">
        To the answer
      </a>
      <header className="top">
        <Link href={to('/')} className="brand">
          unmasq
        </Link>
        <SearchBox />
        <div className="row top-tools">
          <TimePicker isOpen={isTime} setOpen={setTime} />
          <button type="button" className="icon" onClick={actions.refresh} aria-label="Ask again" title="Ask again (r)">
            ↻
          </button>
          <button
            type="button"
            className="icon"
            onClick={nextTheme}
            aria-label={`Theme: ${theme}`}
            title={`Theme: ${theme} (.)`}
          >
            {THEME_MARK[theme]}
          </button>
          <button type="button" className="icon" onClick={actions.help} aria-label="Help" title="Help (?)">
            ?
          </button>
        </div>
      </header>
      <nav className="nav" aria-label="Pages">
        {GO.map(([key, page, name]) => (
          <Link key={page} href={to(page)} aria-current={path === page ? 'page' : undefined} title={`g ${key}`}>
            {name}
          </Link>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        {notes.map((note) => (
          <p key={note} className="note note-warn" role="status">
            {note}
          </p>
        ))}
        {children}
      </main>
      {flow === null ? null : <FlowDrawer flow={flow} />}
      {isHelp ? <Help close={closeHelp} /> : null}
      <TokenPrompt />
    </div>
  );
};
