import { Tabs } from '../parts/Tabs.tsx';
import { WordForm } from '../parts/WordForm.tsx';
import type { OfSnat } from '../state/choices.ts';
import { useView } from '../state/use-view.ts';
import { SnatAdvicePart } from './snat/Advice.tsx';
import { SnatForecastPart } from './snat/Forecast.tsx';
import { SnatLedgerPart } from './snat/Ledger.tsx';
import { SnatPlanPart } from './snat/Plan.tsx';
import { SnatStatusPart } from './snat/Status.tsx';

const PARTS = [
  ['status', 'How near'],
  ['ledger', 'Who holds them'],
  ['forecast', 'When it breaks'],
  ['advice', 'What mends it'],
  ['plan', 'What if'],
] as const satisfies readonly (readonly [OfSnat, string])[];

/** The ports that connections to the outside take. */
export const Snat = () => {
  const { word } = useView();
  const what = PARTS.find(([name]) => name === word('what'))?.[0] ?? 'status';
  return (
    <>
      <div className="page-head">
        <h1>SNAT</h1>
        <Tabs label="Questions about ports" parts={PARTS} chosen={what} word="what" />
      </div>
      {what === 'status' || what === 'ledger' ? (
        <WordForm word="dest" label="towards" placeholder="every destination" button="Ask" />
      ) : null}
      {what === 'status' ? <SnatStatusPart /> : null}
      {what === 'ledger' ? <SnatLedgerPart /> : null}
      {what === 'forecast' ? <SnatForecastPart /> : null}
      {what === 'advice' ? <SnatAdvicePart /> : null}
      {what === 'plan' ? <SnatPlanPart /> : null}
    </>
  );
};
