import { useState } from 'react';
import { Tabs } from '../parts/Tabs.tsx';
import type { OfAudit } from '../state/choices.ts';
import { useView } from '../state/use-view.ts';
import { AnswerabilityPart, FindingsPart } from './audit/Audited.tsx';
import { CostPart } from './audit/Cost.tsx';
import { DropPlace } from './audit/DropPlace.tsx';
import { NOTHING_DROPPED } from './audit/dropped.ts';

const PARTS = [
  ['findings', 'What is wrong'],
  ['answers', 'What it can answer'],
  ['cost', 'What it costs'],
] as const satisfies readonly (readonly [OfAudit<'what'>, string])[];

/** The files that set up the monitoring: what is wrong with them, what they could answer, and what that costs. */
export const AuditPage = () => {
  const { word } = useView();
  const [dropped, setDropped] = useState(NOTHING_DROPPED);
  const what = PARTS.find(([name]) => name === word('what'))?.[0] ?? 'findings';
  return (
    <>
      <div className="page-head">
        <h1>Audit &amp; cost</h1>
        <Tabs label="Questions about the monitoring" parts={PARTS} chosen={what} word="what" />
      </div>
      {what === 'findings' ? <FindingsPart files={dropped.audit} /> : null}
      {what === 'answers' ? <AnswerabilityPart files={dropped.audit} /> : null}
      {what === 'cost' ? <CostPart files={dropped.spec} /> : null}
      <DropPlace dropped={dropped} change={setDropped}>
        <p>Shown are the files that the server was started with.</p>
      </DropPlace>
    </>
  );
};
