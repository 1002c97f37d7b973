import type { ConsolePage } from '../../src/contract/console-pages.ts';

/** Every key that does something. The help is made of this table, and so is what listens. */
export const GO: readonly (readonly [string, ConsolePage, string])[] = [
  ['h', '/', 'Home'],
  ['w', '/who', 'Who'],
  ['f', '/flows', 'Flows'],
  ['m', '/map', 'Map'],
  ['s', '/snat', 'SNAT'],
  ['d', '/diagnose', 'Diagnose'],
  ['t', '/trace', 'Trace'],
  ['a', '/audit', 'Audit & cost'],
  ['o', '/sources', 'Sources'],
];

export const ACTIONS = [
  ['/', 'search'],
  ['?', 'help'],
  ['t', 'time'],
  ['r', 'refresh'],
  ['.', 'theme'],
] as const;
export type KeyAction = (typeof ACTIONS)[number][1];

export const ACTION_SAYS: Readonly<Record<KeyAction, string>> = {
  search: 'Search: an address, a name, an id, a log line',
  help: 'This help',
  time: 'Time and zone',
  refresh: 'Ask again',
  theme: 'Light, dark, as the system',
};

export type Pressed =
  | { readonly kind: 'go'; readonly page: ConsolePage }
  | { readonly kind: 'action'; readonly action: KeyAction }
  | { readonly kind: 'waits' }
  | { readonly kind: 'nothing' };

/** `waiting`: `g` was pressed before. */
export const pressed = (key: string, waiting: boolean): Pressed => {
  if (waiting) {
    const page = GO.find(([letter]) => letter === key)?.[1];
    return page === undefined ? { kind: 'nothing' } : { kind: 'go', page };
  }
  if (key === 'g') return { kind: 'waits' };
  const action = ACTIONS.find(([letter]) => letter === key)?.[1];
  return action === undefined ? { kind: 'nothing' } : { kind: 'action', action };
};

const PLACE = 'unmasq.keys';

/** Whoever speaks to their computer, or has another use for single keys, turns them off (WCAG 2.1.4). */
export const areKeysOn = (): boolean => localStorage.getItem(PLACE) !== 'off';
export const setKeys = (on: boolean): void => localStorage.setItem(PLACE, on ? 'on' : 'off');
