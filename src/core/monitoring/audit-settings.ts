import { ELSEWHERE, type Elsewhere } from './estate.ts';
import { itemsOf, memberOf, plainText, textsAt } from './estate/members-of.ts';
import type { Finding } from './finding.ts';
import type { Value } from './hcl/value.ts';
import { CODE, dayOf, type Ignore } from './ignores.ts';

/** `.unmasq-audit.yaml`: what is ignored where no comment can be written, and what is kept elsewhere. */
export interface AuditSettings {
  readonly ignores: readonly Ignore[];
  readonly elsewhere: readonly Elsewhere[];
  /** Null: it does not say. */
  readonly needDays: number | null;
  readonly faults: readonly Finding[];
}

export const SETTINGS_FILE = '.unmasq-audit.yaml';

const ignoreIn = (one: Value, folder: string): Ignore | string => {
  const text = (name: string): string => plainText(memberOf(one, name)) ?? '';
  const listed = itemsOf(memberOf(one, 'code')).flatMap((item) => plainText(item) ?? []);
  const codes = listed.length > 0 ? listed : [text('code')];
  const until = dayOf(text('until'));
  if (!codes.every((code) => CODE.test(code))) return 'code: expected a code such as SNAT004';
  if (until === null) return 'until: expected a day such as 2027-03-31';
  if (text('reason').trim() === '') return 'reason: expected why it is not mended yet';
  const { at } = one.from;
  return {
    codes,
    until,
    untilDay: text('until'),
    reason: text('reason').trim(),
    spot: one.from,
    from: at.from,
    to: at.until,
    by: 'file',
    path: folder === '' && text('path') === '' ? '' : `${folder === '' ? '' : `${folder}/`}${text('path')}`,
    subject: text('subject') === '' ? null : text('subject'),
  };
};

/** `folder`: where the file stands; what it says holds for what is below that. */
export const auditSettings = (document: Value, folder: string): AuditSettings => {
  const { file } = document.from;
  const fault = (spot: Value['from'], what: string): Finding => ({
    code: 'IGN002',
    spot,
    subject: file,
    key: what,
    message: `this says nothing: ${what}`,
  });
  const read = itemsOf(memberOf(document, 'ignore')).map((one) => [one, ignoreIn(one, folder)] as const);
  const elsewhere = textsAt(document, 'elsewhere').texts.map(({ text, from }) => ({
    from,
    text,
    what: ELSEWHERE.find((known) => known === text),
  }));
  const days = memberOf(document, 'needDays');
  const needDays =
    days?.kind === 'known' && Number.isInteger(days.value) && Number(days.value) > 0 ? Number(days.value) : null;
  return {
    ignores: read.flatMap(([, one]) => (typeof one === 'string' ? [] : [one])),
    elsewhere: elsewhere.flatMap(({ what }) => what ?? []),
    needDays,
    faults: [
      ...read.flatMap(([value, one]) => (typeof one === 'string' ? [fault(value.from, one)] : [])),
      ...elsewhere
        .filter(({ what }) => what === undefined)
        .map(({ from, text }) => fault(from, `${text}: expected ${ELSEWHERE.join(', ')}`)),
      ...(days !== undefined && needDays === null ? [fault(days.from, 'needDays: expected a whole number')] : []),
    ],
  };
};
