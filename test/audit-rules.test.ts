import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits } from '../src/core/monitoring/edits.ts';
import { SEVERITIES } from '../src/core/monitoring/finding.ts';
import type { AuditReport } from '../src/app/audit-report.ts';
import { auditCase, type Case, cases } from './audit-corpus.ts';
import { literalsIn, untold } from './audit-untold.ts';

/** How often each finding is made, and how bad it is at the worst, whatever its place. */
const tally = ({ findings }: AuditReport): ReadonlyMap<string, { readonly times: number; readonly worst: number }> => {
  const all = new Map<string, { readonly times: number; readonly worst: number }>();
  for (const { code, subject, severity } of findings) {
    const before = all.get(`${code} ${subject}`);
    const rank = SEVERITIES.length - SEVERITIES.indexOf(severity);
    all.set(`${code} ${subject}`, { times: (before?.times ?? 0) + 1, worst: Math.max(before?.worst ?? 0, rank) });
  }
  return all;
};

/** What is found now and was not, or more often, or is worse. */
const added = (before: AuditReport, now: AuditReport): readonly string[] => {
  const had = tally(before);
  return [...tally(now)].flatMap(([key, { times, worst }]) => {
    const was = had.get(key);
    return was === undefined || times > was.times || worst > was.worst ? [key] : [];
  });
};

const withFix = cases.filter(({ expected }) => expected.findings.length > 0);

test.each(withFix.map((one) => [one.name, one] as const))(
  'a finding is gone once its edits are made, and none is new: %s',
  async (_, one) => {
    const before = await auditCase(one, one.texts);
    for (const { code, subject, edits } of before.findings.filter((finding) => finding.edits.length > 0)) {
      const texts = Object.fromEntries(
        Object.entries(one.texts).map(([path, text]) => [
          path,
          applyEdits(
            text,
            edits.filter(({ file }) => file === path),
          ),
        ]),
      );
      const now = await auditCase(one, texts);
      const key = `${code} ${subject}`;
      const isGone = (tally(now).get(key)?.times ?? 0) < (tally(before).get(key)?.times ?? 0);
      expect({ key, isGone, brings: added(before, now) }).toEqual({ key, isGone: true, brings: [] });
    }
  },
);

const aCase = fc.constantFrom(...cases);

/** `LAWS=all` tries every literal of every case by itself. */
test('what is told no more adds no finding', async () => {
  const without = async (one: Case, chosen: readonly number[]): Promise<readonly string[]> => {
    const { texts, names } = untold(one.texts, chosen);
    const [before, now] = [await auditCase(one, one.texts), await auditCase(one, texts)];
    return added(before, now).map((finding) => `${one.name} without ${names.join(', ')}: ${finding}`);
  };
  if (process.env['LAWS'] === 'all') {
    const broken: string[] = [];
    for (const one of cases)
      for (let i = 0; i < literalsIn(one.texts).length; i += 1) broken.push(...(await without(one, [i])));
    expect(broken).toEqual([]);
    return;
  }
  await fc.assert(
    fc.asyncProperty(aCase, fc.array(fc.nat(1_000), { minLength: 1, maxLength: 4 }), async (one, picked) => {
      const count = literalsIn(one.texts).length;
      if (count > 0) expect(await without(one, [...new Set(picked.map((n) => n % count))])).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 1_200_000);

/** Each block in a file of its own. */
const torn = /^file001/;
const inPieces = ({ texts }: Case): readonly string[] =>
  Object.entries(texts).flatMap(([path, text]) =>
    path.includes('/') || !path.endsWith('.tf')
      ? []
      : text.split(/^(?=(?:resource|data|variable|module|terraform|provider|output|locals)\b)/m),
  );

test('the order of files does not matter', async () => {
  const whole = cases.filter(
    ({ name, texts }) =>
      !torn.test(name) && Object.keys(texts).every((path) => path.endsWith('.tf') && !path.includes('/')),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...whole).chain((one) => {
        const pieces = inPieces(one);
        return fc.tuple(fc.constant(one), fc.shuffledSubarray([...pieces], { minLength: pieces.length }));
      }),
      async ([one, pieces]) => {
        const texts = Object.fromEntries(pieces.map((text, i) => [`f${String(i).padStart(3, '0')}.tf`, text]));
        const [before, now] = [await auditCase(one, one.texts), await auditCase(one, texts)];
        expect({ name: one.name, findings: tally(now) }).toEqual({ name: one.name, findings: tally(before) });
      },
    ),
    { numRuns: 100 },
  );
}, 120_000);
