import type { DoctorReport } from '../../../src/contract/answers.ts';
import { plural } from '../../../src/base/number-text.ts';
import { CopyButton } from '../../parts/Copy.tsx';

const MARKS = { ok: '✓', warning: '▲', failed: '✕' } as const;
const TONES = { ok: 'ok', warning: 'warn', failed: 'bad' } as const;

/** A line for a terminal, in place of a sentence. */
const COMMAND = /^(?:unmasq|kubectl|az|curl) /;

/** What is fine, what is not, and the line that mends it. */
export const Checks = ({ report: { items } }: { readonly report: DoctorReport }) => {
  const wrong = items.filter(({ status }) => status !== 'ok').length;
  return (
    <section className="panel" aria-labelledby="checks">
      <h2 id="checks">{wrong === 0 ? 'Everything that is connected works' : `${plural(wrong, 'thing')} to look at`}</h2>
      <ul className="facts">
        {items.map(({ cluster, source, status, says, fix }) => (
          <li key={`${cluster} ${source} ${says}`}>
            <span className={`fact-mark ${TONES[status]}`} aria-hidden="true">
              {MARKS[status]}
            </span>
            <div>
              <b>{source}</b> <span className="dim">{status}</span> {says}
              {fix === null ? null : (
                <div className="how row">
                  <span>{fix}</span> {COMMAND.test(fix) ? <CopyButton text={fix}>Copy</CopyButton> : null}
                </div>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
};
