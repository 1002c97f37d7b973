import type { Changes } from '../../core/ports.ts';
import { count, plural } from '../../base/number-text.ts';
import type { Voice } from '../voice.ts';

/** Beyond these a terminal tells no more. */
const LISTED = 10;

/** What late evidence changed: from whom to whom, and how much of it is not listed. */
export const tellChanges = ({ changes, reopened }: Changes, voice: Voice): void => {
  for (const { from, to, flows } of changes.slice(0, LISTED))
    voice.note(`${plural(flows, 'flow')} moved from ${from} to ${to}`);
  const rest = changes.slice(LISTED);
  if (rest.length > 0) {
    const flows = rest.reduce((sum, change) => sum + change.flows, 0);
    voice.note(`and ${plural(flows, 'flow')} more, in ${plural(rest.length, 'way')}: -o json lists them`);
  }
  const { windows, flows, moved, gone } = reopened;
  if (windows > 0)
    voice.detail(
      `of ${plural(flows, 'flow')} in ${plural(windows, 'window')} answered anew ${count(moved)} moved, ${count(gone)} are no more, ${count(flows - moved - gone)} stayed`,
    );
};
