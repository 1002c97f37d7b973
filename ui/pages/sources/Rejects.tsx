import { plural } from '../../../src/base/number-text.ts';
import type { Sources } from '../../../src/contract/answers.ts';

/** What could not be taken: where it stood, why, and how it begins. */
export const Rejects = ({ rejects }: { readonly rejects: Sources['rejects'] }) =>
  rejects.length === 0 ? null : (
    <section className="panel" aria-labelledby="rejects">
      <h3 id="rejects">{plural(rejects.length, 'sample')} of what could not be read</h3>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Object</th>
              <th>Place</th>
              <th>Why</th>
              <th>Text</th>
            </tr>
          </thead>
          <tbody>
            {rejects.map((reject) => (
              <tr key={`${reject.object} ${reject.place}`}>
                <td>{reject.object}</td>
                <td>{reject.place}</td>
                <td>{reject.why}</td>
                <td className="mono">{reject.text.slice(0, 160)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
