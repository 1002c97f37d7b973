import { useMemo } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { ConsolePage } from '../../src/contract/console-pages.ts';
import type { Parameters } from '../api/ask.ts';
import { decodeView, type PageWord, sharedOf, type View, type Words, withWords } from './view.ts';
import { savedZone } from './zone.ts';

export interface UsedView {
  readonly view: View;
  readonly notes: readonly string[];
  /** The zone that times are shown in. */
  readonly zone: string;
  /** Parameters of a question about the view's time and cluster. */
  readonly range: Parameters;
  readonly place: Parameters;
  readonly word: (name: PageWord) => string | null;
  readonly words: (name: PageWord) => readonly string[];
  /** Changes the address; Back leads to what was before, unless `replace`. */
  readonly change: (words: Words, options?: { readonly replace?: boolean }) => void;
  /** The address of a page, at the same time and of the same cluster. */
  readonly to: (page: ConsolePage, words?: Words) => string;
  readonly go: (page: ConsolePage, words?: Words) => void;
}

export const useView = (): UsedView => {
  const [path, navigate] = useLocation();
  const [search] = useSearchParams();
  const asked = search.toString();
  return useMemo(() => {
    const current = new URLSearchParams(asked);
    const { view, notes } = decodeView(current, path);
    const zone = zoneOf(view.tz);
    const of = (value: string | null): string | undefined => value ?? undefined;
    const place = { cluster: of(view.cluster), tz: zone };
    const to = (page: ConsolePage, words: Words = {}): string => `${page}${withWords(sharedOf(current), words)}`;
    return {
      view,
      notes,
      zone,
      place,
      range: { since: of(view.since), until: of(view.until), at: of(view.at), ...place },
      word: (name) => current.get(name) || null,
      words: (name) => current.getAll(name),
      change: (words, options) => navigate(`${path}${withWords(current, words)}`, options),
      to,
      go: (page, words) => navigate(to(page, words)),
    };
  }, [asked, path, navigate]);
};

const zoneOf = (tz: string | null): string => {
  const asked = tz ?? savedZone();
  return asked === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : asked;
};
