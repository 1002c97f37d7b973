import { useEffect, useEffectEvent } from 'react';
import type { ConsolePage } from '../../src/contract/console-pages.ts';
import { areKeysOn, type KeyAction, pressed } from './keys.ts';

const WAITS_MS = 1_500;

const isTypedInto = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Listens for the keys of the table, except where somebody types. */
export const useKeys = (actions: Readonly<Record<KeyAction, () => void>>, go: (page: ConsolePage) => void): void => {
  const act = useEffectEvent((action: KeyAction) => actions[action]());
  const goTo = useEffectEvent((page: ConsolePage) => go(page));
  useEffect(() => {
    let waiting = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey && event.key === 'k') {
        event.preventDefault();
        act('search');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTypedInto(event.target) || !areKeysOn()) return;
      const what = pressed(event.key, waiting);
      waiting = what.kind === 'waits';
      clearTimeout(timer);
      if (waiting)
        timer = setTimeout(() => {
          waiting = false;
        }, WAITS_MS);
      if (what.kind === 'nothing') return;
      event.preventDefault();
      if (what.kind === 'action') act(what.action);
      if (what.kind === 'go') goTo(what.page);
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
      clearTimeout(timer);
    };
  }, []);
};
