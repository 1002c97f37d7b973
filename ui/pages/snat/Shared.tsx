import { count, plural } from '../../../src/base/number-text.ts';
import type { SnatStatus } from '../../../src/contract/answers.ts';

/** NAT gateways and firewalls: ports that all nodes have together. Counted otherwise than those of a load balancer, and never added to them. */
export const Shared = ({ shared }: { readonly shared: SnatStatus['shared'] }) =>
  shared.length === 0 ? null : (
    <section className="panel" aria-labelledby="shared">
      <h3 id="shared">Shared by all nodes</h3>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Gateway</th>
              <th className="right">Addresses</th>
              <th className="right">Ports</th>
              <th className="right">Used</th>
              <th className="right">Failed</th>
              <th>Flows held</th>
            </tr>
          </thead>
          <tbody>
            {shared.map((one) => (
              <tr key={one.resource}>
                <td title={one.resource}>
                  {one.resource.split('/').at(-1)} <span className="dim">{one.egressPath}</span>
                </td>
                <td className="right num">{one.addresses ?? '–'}</td>
                <td className="right num">{one.capacity === null ? '–' : count(one.capacity)}</td>
                <td className="right num">{one.utilization === null ? '–' : `${one.utilization}%`}</td>
                <td className="right num">{one.failed === null ? '–' : count(one.failed)}</td>
                <td>
                  {one.uses.map((use) => `${use.protocol}: up to ${plural(use.atMost, 'connection')}`).join('; ') ||
                    '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
