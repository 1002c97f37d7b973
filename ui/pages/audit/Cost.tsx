import { useState } from 'react';
import type { CostDifference, CostEstimate } from '../../../src/contract/answers.ts';
import { type FilesAsked, useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { CopyCommand } from '../../parts/Copy.tsx';
import { Knob } from '../../parts/Knob.tsx';
import { useView } from '../../state/use-view.ts';
import { FilesAnswered } from './FilesAnswered.tsx';
import { dollars, signed, total } from './money.ts';
import { settingOf, withSetting } from './settings.ts';

/** What a month costs, and what it would with other settings. */
export const CostPart = ({ files }: { readonly files: FilesAsked | null }) => {
  const { words } = useView();
  const set = words('set');
  const now = useAnswer('cost.estimate', { what: 'estimate' }, files);
  const parameters = { what: 'diff', set };
  const then = useAnswer('cost.diff', set.length === 0 ? null : parameters, files);
  return (
    <FilesAnswered query={now} what="what a month costs" flags="--spec monitoring.yaml">
      {(estimate) => (
        <>
          <Settings key={`${files?.number} ${set.join()}`} settings={estimate.settings} items={estimate.items} />
          {set.length === 0 ? (
            <Bill estimate={estimate} />
          ) : (
            <Answered query={then} what="what that would cost">
              {(difference) => <Change difference={difference} />}
            </Answered>
          )}
          <CopyCommand
            asked={set.length === 0 ? 'cost.estimate' : 'cost.diff'}
            parameters={set.length === 0 ? { what: 'estimate' } : parameters}
            files={{ names: [estimate.query.spec], isPosted: files !== null }}
          />
        </>
      )}
    </FilesAnswered>
  );
};

type Spec = CostEstimate['settings'];

const INTERVALS = ['1m', '2m', '3m', '5m', '10m', '15m', '30m'] as const;
const PLANS = ['Analytics', 'Basic', 'Auxiliary'] as const;
const ANALYTICS = ['off', '10m', '60m'] as const;

const Settings = ({ settings, items }: { readonly settings: Spec; readonly items: CostEstimate['items'] }) => {
  const { words, change } = useView();
  const set = words('set');
  const turn = (member: string, now: string) => ({
    now,
    value: settingOf(set, member),
    change: (value: string | null) => change({ set: withSetting(set, member, value === now ? null : value) }),
  });
  const tables = [
    ...new Set(items.flatMap(({ area, table }) => (area === 'ingestion' && table !== null ? [table] : []))),
  ];
  const { inventory, logs, workspace, flowLogs, cluster } = settings;
  const only = inventory?.onlyNamespaces ?? null;
  return (
    <section className="panel" aria-labelledby="knobs">
      <div className="panel-head">
        <h2 id="knobs">What if …</h2>
        {set.length === 0 ? null : (
          <button type="button" className="quiet" onClick={() => change({ set: [] })}>
            As it is
          </button>
        )}
      </div>
      <div className="knobs">
        <Knob says="Nodes" min={1} max={1_000} step={1} {...turn('cluster.nodes.now', String(cluster.nodes.now))} />
        {workspace === undefined || workspace === null ? null : (
          <Knob
            says="Days of retention"
            min={30}
            max={730}
            step={1}
            {...turn('workspace.retentionDays', String(workspace.retentionDays ?? 31))}
          />
        )}
        {flowLogs === undefined || flowLogs === null ? null : (
          <Knob
            says="Days of flow logs"
            min={1}
            max={365}
            step={1}
            {...turn('flowLogs.days', String(flowLogs.days ?? 7))}
          />
        )}
      </div>
      <div className="choices">
        {inventory === undefined || inventory === null ? null : (
          <>
            <Choice says="Inventory each" of={INTERVALS} {...turn('inventory.interval', inventory.interval ?? '1m')} />
            <Names
              says={only === null ? 'Inventory without namespaces' : 'Inventory of namespaces alone'}
              {...turn(
                only === null ? 'inventory.withoutNamespaces' : 'inventory.onlyNamespaces',
                listed(only ?? inventory.withoutNamespaces ?? []),
              )}
            />
          </>
        )}
        {logs === undefined || logs === null ? null : (
          <Names
            says="Logs without namespaces"
            {...turn('logs.withoutNamespaces', listed(logs.withoutNamespaces ?? []))}
          />
        )}
        {flowLogs === undefined || flowLogs === null ? null : (
          <Choice
            says="Traffic Analytics each"
            of={ANALYTICS}
            {...turn('flowLogs.trafficAnalytics', flowLogs.trafficAnalytics ?? 'off')}
          />
        )}
        {tables.map((table) => (
          <Choice
            key={table}
            says={`Plan of ${table}`}
            of={PLANS}
            {...turn(`workspace.tables.${table}.plan`, workspace?.tables?.[table]?.plan ?? 'Analytics')}
          />
        ))}
      </div>
    </section>
  );
};

/** As YAML has a list. */
const listed = (names: readonly string[]): string => `[${names.join(', ')}]`;

interface TurnProps {
  readonly says: string;
  readonly now: string;
  readonly value: string | null;
  readonly change: (value: string | null) => void;
}

const Choice = ({ says, of, now, value, change }: TurnProps & { readonly of: readonly string[] }) => {
  const all = of.includes(now) ? of : [now, ...of];
  return (
    <label className="choice">
      {says}
      <select value={value ?? now} onChange={(event) => change(event.target.value)}>
        {all.map((one) => (
          <option key={one} value={one}>
            {one === now ? `${one} (now)` : one}
          </option>
        ))}
      </select>
    </label>
  );
};

const bare = (text: string): string => text.replace(/^\[|\]$/g, '');

const Names = ({ says, now, value, change }: TurnProps) => {
  const [typed, setTyped] = useState(bare(value ?? now));
  const release = (): void => {
    const names = typed.split(/[\s,]+/).filter((name) => name !== '');
    if (listed(names) !== (value ?? now)) change(listed(names));
  };
  return (
    <label className="choice">
      {says}
      <input
        value={typed}
        className="mono"
        placeholder="none"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={release}
        onKeyDown={(event) => {
          if (event.key === 'Enter') release();
        }}
      />
    </label>
  );
};

const amount = (n: number | null): string =>
  n === null ? '?' : n.toLocaleString('en-US', { maximumFractionDigits: Math.abs(n) < 100 ? 2 : 0 });

const Bill = ({ estimate }: { readonly estimate: CostEstimate }) => (
  <section className="panel" aria-labelledby="bill">
    <h2 className="answer" id="bill">
      The monitoring of {estimate.cluster} costs {total(estimate.monthly, estimate.unknown)} a month.
    </h2>
    <div className="scroll" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>Item</th>
            <th className="right">Quantity</th>
            <th className="right">Price</th>
            <th className="right">A month</th>
            <th>Known from</th>
          </tr>
        </thead>
        <tbody>
          {estimate.items.map((item) => (
            <tr key={`${item.area} ${item.item} ${item.namespace}`}>
              <td>{item.item}</td>
              <td className="right num">
                {amount(item.quantity)} <span className="dim">{item.unit}</span>
              </td>
              <td className="right num">{item.unitPrice === null ? '?' : Number(item.unitPrice.toPrecision(4))}</td>
              <td className="right num">{dollars(item.monthly)}</td>
              <td className="dim">
                {item.monthly === null ? `missing: ${item.missing ?? 'its price'}` : (item.origin ?? '')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    <Beside of={estimate} unknown={estimate.unknown} />
  </section>
);

const Change = ({ difference }: { readonly difference: CostDifference }) => {
  const { before, after, monthlyChange } = difference;
  const by =
    monthlyChange === 0 ? 'no change' : `${dollars(Math.abs(monthlyChange))} ${monthlyChange < 0 ? 'less' : 'more'}`;
  return (
    <section className="panel" aria-labelledby="change">
      <h2 className="answer" id="change">
        {total(before.monthly, before.unknown)} → {total(after.monthly, after.unknown)} a month: {by}
        {difference.unknown.length > 0 ? ', of what is known' : ''}.
      </h2>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Item</th>
              <th className="right">Now</th>
              <th className="right">Then</th>
              <th className="right">Change</th>
            </tr>
          </thead>
          <tbody>
            {difference.items.map((item) => (
              <tr key={`${item.area} ${item.item}`}>
                <td>{item.item}</td>
                <td className="right num">{dollars(item.before)}</td>
                <td className="right num">{dollars(item.after)}</td>
                <td className="right num">{item.change === 0 ? '–' : <b>{signed(item.change)}</b>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Beside of={difference} unknown={[...new Set([...before.unknown, ...after.unknown])]} />
    </section>
  );
};

/** What has to be read beside a bill: what it leaves out, what was taken for so, how old its prices are. */
const Beside = ({
  of: { assumptions, pricesAsOf, pricesRegion },
  unknown,
}: {
  readonly of: Pick<CostEstimate, 'assumptions' | 'pricesAsOf' | 'pricesRegion'>;
  readonly unknown: readonly string[];
}) => (
  <>
    <Lines title="Not in the sum" lines={unknown} />
    <Lines title="Taken for so" lines={assumptions} />
    <p className="dim">
      {pricesAsOf === null ? 'No price was needed' : `List prices of ${pricesAsOf}, ${pricesRegion}`}, US dollars
      without tax; yours differ by contract.
    </p>
  </>
);

const Lines = ({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <div>
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
