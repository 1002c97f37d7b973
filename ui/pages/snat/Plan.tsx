import { useState } from 'react';
import { count, plural } from '../../../src/base/number-text.ts';
import type { SnatPlan } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Completeness } from '../../parts/Completeness.tsx';
import { CopyButton, CopyCommand } from '../../parts/Copy.tsx';
import { Knob } from '../../parts/Knob.tsx';
import { useView } from '../../state/use-view.ts';

/** What can be turned: its word, what it is called, between what. */
const KNOBS = [
  ['nodes', 'Nodes', 1, 1000],
  ['outbound-ips', 'Outbound addresses', 1, 16],
  ['ports-per-node', 'Ports per node, 0 by size', 0, 64000],
  ['idle-timeout', 'Idle timeout, minutes', 4, 100],
  ['nat-gateway', 'NAT gateway, addresses', 0, 16],
] as const;
const STEP: Readonly<Record<string, number>> = { 'ports-per-node': 8 };

/** What other settings would do. Nothing is changed anywhere: what is shown is to be read, and copied. */
export const SnatPlanPart = () => {
  const { word, change, range } = useView();
  const now = word('now') ?? '';
  const asked = Object.fromEntries(KNOBS.map(([name]) => [name, word(name) ?? undefined]));
  const gateway = asked['nat-gateway'];
  const parameters = {
    ...range,
    now: now === '' ? undefined : now,
    ...asked,
    'nat-gateway': gateway === '0' ? undefined : gateway,
  };
  const isAsked = KNOBS.some(([name]) => word(name) !== null);
  const query = useAnswer('snat/plan', isAsked ? parameters : null);
  return (
    <>
      <section className="panel" aria-labelledby="knobs">
        <h2 id="knobs">What if …</h2>
        <Now now={now} change={(text) => change({ now: text }, { replace: true })} />
        <div className="knobs">
          {KNOBS.map(([name, says, min, max]) => (
            <Knob
              key={name}
              says={says}
              min={min}
              max={max}
              step={STEP[name] ?? 1}
              value={word(name)}
              change={(value) => change({ [name]: value }, { replace: true })}
            />
          ))}
        </div>
      </section>
      {isAsked ? (
        <Answered query={query} what="what that would do">
          {(plan) => <Plan plan={plan} parameters={parameters} />}
        </Answered>
      ) : (
        <p className="dim">
          Turn one of these to see what it would do to the ports of a node, to the bill, and how to get there.
        </p>
      )}
    </>
  );
};

const Now = ({ now, change }: { readonly now: string; readonly change: (text: string) => void }) => {
  const [text, setText] = useState(now);
  return (
    <label className="field field-wide">
      Now
      <input
        value={text}
        className="mono"
        placeholder="as documents tell; else nodes=48,outbound-ips=1,ports-per-node=0,idle-timeout=30"
        onChange={(event) => setText(event.target.value)}
        onBlur={() => change(text.trim())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') change(text.trim());
        }}
      />
    </label>
  );
};

const ENOUGH: Readonly<Record<string, string>> = {
  yes: '✓ enough',
  no: '✕ not enough',
  depends: '? depends',
  'not-in-upgrade': '▲ not in an upgrade',
  unknown: '? not known',
};

const Plan = ({
  plan,
  parameters,
}: {
  readonly plan: SnatPlan;
  readonly parameters: Parameters<typeof CopyCommand>[0]['parameters'];
}) => (
  <>
    <div className="grid-plan">
      <section className="panel" aria-labelledby="plan-ports">
        <h2 id="plan-ports">Ports</h2>
        <table className="table">
          <thead>
            <tr>
              <th>
                <span className="hidden">What</span>
              </th>
              <th className="right">Now</th>
              <th className="right">Then</th>
            </tr>
          </thead>
          <tbody>
            {ROWS.map(([says, of]) => (
              <tr key={says}>
                <td>{says}</td>
                <td className="right num">{of(plan.before)}</td>
                <td className="right num">
                  {of(plan.after) === of(plan.before) ? of(plan.after) : <b>{of(plan.after)}</b>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {plan.fits === null ? null : (
          <p>
            What would fit: {plural(plan.fits.outboundIps, 'address', 'addresses')} with {count(plan.fits.portsPerNode)}{' '}
            ports per node.
          </p>
        )}
        {plan.notes.map((note) => (
          <p key={note} className="dim">
            {note}
          </p>
        ))}
        <Completeness of={plan} />
      </section>
      <section className="panel" aria-labelledby="plan-cost">
        <h2 id="plan-cost">
          Bill: {plan.cost.monthlyChange >= 0 ? '+' : '−'}
          {Math.abs(plan.cost.monthlyChange).toFixed(2)} {plan.cost.currency} a month
        </h2>
        <table className="table">
          <thead>
            <tr>
              <th>Item</th>
              <th className="right">Quantity</th>
              <th className="right">{plan.cost.currency} a month</th>
            </tr>
          </thead>
          <tbody>
            {plan.cost.items.map((item) => (
              <tr key={item.item}>
                <td>{item.item}</td>
                <td className="right num">
                  {item.quantity ?? '?'} <span className="dim">{item.unit}</span>
                </td>
                <td className="right num">{item.monthly === null ? '?' : item.monthly.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="dim">
          List prices as of {plan.cost.pricesAsOf}
          {plan.cost.unknown.length === 0 ? '' : `; not known: ${plan.cost.unknown.join(', ')}`}.
        </p>
      </section>
    </div>
    <section className="panel" aria-labelledby="plan-terraform">
      <div className="panel-head">
        <h2 id="plan-terraform">How to get there</h2>
        <CopyButton text={plan.terraform}>Copy Terraform</CopyButton>
      </div>
      <pre tabIndex={0}>{plan.terraform}</pre>
      {plan.commands.map((command) => (
        <p key={command} className="row">
          <code className="how">{command}</code> <CopyButton text={command}>Copy</CopyButton>
        </p>
      ))}
    </section>
    <CopyCommand asked="snat/plan" parameters={parameters} />
  </>
);

type Side = SnatPlan['before'];

const bounds = (of: Side['need']): string =>
  of === null
    ? 'not known'
    : of.atLeast === of.atMost
      ? count(of.atMost)
      : `${count(of.atLeast)} to ${count(of.atMost)}`;

const ROWS: readonly (readonly [string, (side: Side) => string])[] = [
  ['Leaves by', ({ egressPath }) => egressPath],
  ['Nodes, in an upgrade', ({ nodes, nodesInUpgrade }) => `${count(nodes)}, ${count(nodesInUpgrade)}`],
  ['Outbound addresses', ({ outboundIps }) => count(outboundIps)],
  [
    'Ports per node as set',
    ({ portsPerNode }) => (portsPerNode === null ? '–' : portsPerNode === 0 ? 'by size' : count(portsPerNode)),
  ],
  ['Idle timeout', ({ idleMinutes }) => `${count(idleMinutes)} min`],
  ['Capacity', ({ capacity }) => count(capacity)],
  ['… counted in', ({ capacityOf }) => capacityOf],
  ['… in an upgrade', ({ capacityInUpgrade }) => count(capacityInUpgrade)],
  ['Needed', ({ need }) => bounds(need)],
  ['Headroom', ({ headroom }) => bounds(headroom)],
  ['Nodes at most', ({ mostNodes }) => count(mostNodes)],
  ['Enough?', ({ isEnough }) => ENOUGH[isEnough] ?? isEnough],
];
