import { plural } from '../../../src/base/number-text.ts';
import type { Sources } from '../../../src/contract/answers.ts';
import { TimeText } from '../../parts/TimeText.tsx';

export const Gaps = ({ items }: { readonly items: Sources['items'] }) => {
  const gaps = items.flatMap((item) => item.gaps.map((gap) => ({ ...gap, source: item.name })));
  if (gaps.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="gaps">
      <h3 id="gaps">{plural(gaps.length, 'gap')}: what was sent then may not be proven</h3>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Source</th>
              <th>From</th>
              <th>Until</th>
              <th>Why</th>
            </tr>
          </thead>
          <tbody>
            {gaps.map((gap) => (
              <tr key={`${gap.source} ${gap.from} ${gap.node}`}>
                <td>{gap.source}</td>
                <td>
                  <TimeText at={gap.from} whole />
                </td>
                <td>{gap.until === null ? 'no known end' : <TimeText at={gap.until} whole />}</td>
                <td>{gap.why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};
