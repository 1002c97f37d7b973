import { Link, useLocation } from 'wouter';
import { useView } from '../state/use-view.ts';
import type { PageWord } from '../state/view.ts';
import type { ConsolePage } from '../../src/contract/console-pages.ts';

interface TabsProps {
  readonly label: string;
  readonly parts: readonly (readonly [string, string])[];
  readonly chosen: string;
  /** The word of the address that chooses. */
  readonly word: PageWord;
}

/** Parts of a page, each with an address of its own. */
export const Tabs = ({ label, parts, chosen, word }: TabsProps) => {
  const { to } = useView();
  const [path] = useLocation();
  return (
    <nav className="tabs" aria-label={label}>
      {parts.map(([name, says]) => (
        <Link
          key={name}
          href={to(path as ConsolePage, { [word]: name })}
          aria-current={name === chosen ? 'page' : undefined}
        >
          {says}
        </Link>
      ))}
    </nav>
  );
};
