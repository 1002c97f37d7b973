import { EXIT } from '../../app/errors.ts';
import { type FilledQuery, fillQuery } from '../../app/kql-fill.ts';
import { CLOUDS, type KqlLink, LONG_LINK, portalLink } from '../../app/kql-link.ts';
import { kqlRun } from '../../app/kql-run.ts';
import { print } from '../answer.ts';
import type { Context } from '../context.ts';
import { textOf, texts } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { must, refuse } from '../refused.ts';
import { gzipped } from '../render/gzipped.ts';
import { count } from '../../base/number-text.ts';
import { printRows } from './kql-rows.ts';
import { parametersAsked, queryNamed, warnOf, withLanguage } from './kql-shared.ts';
import { exitOf } from '../exit-of.ts';

interface Ready extends FilledQuery {
  readonly name: string;
}

/** The query as it is sent. What may be wrong with it is said, and keeps nobody from sending it. */
const readyQuery = async (context: Context, word: string, given: Given): Promise<Ready> => {
  const { outside, zone, voice } = context;
  const pack = await outside.kqlPack();
  const { name, text } = await queryNamed(word, pack, outside);
  const moment = { now: outside.now(), zone };
  const filled = await withLanguage(context, async (language) =>
    must(await fillQuery(text, parametersAsked(given, context), moment, language, pack.tables(null))),
  );
  for (const note of filled.notes) voice.note(note);
  warnOf(filled, name, context);
  return { ...filled, name };
};

export const runKqlRun = async (context: Context, [word = '']: readonly string[], given: Given): Promise<number> => {
  if (given['local'] === true) return (await import('./kql-local.ts')).runKqlLocal(context, word, given);
  if (texts(given, 'from').length > 0) refuse('E105', '--from is for --local');
  const { outside, globals, voice } = context;
  const workspace = textOf(given, 'workspace') ?? refuse('E103', 'which workspace? Give its id with --workspace');
  const { name, text, parameters } = await readyQuery(context, word, given);
  const answer = await outside.askWorkspace({ workspace, endpoint: textOf(given, 'logAnalyticsEndpoint'), text });
  const told = Object.fromEntries(parameters.map((each) => [each.name, each.literal]));
  const report = kqlRun({ name, workspace, parameters: told, text }, answer);
  await printRows(report, context);
  for (const reason of report.completeness.reasons) voice.warn(reason);
  voice.summary(`${count(report.items.length)} ${report.items.length === 1 ? 'row' : 'rows'}`);
  return exitOf(globals, { isWhole: report.completeness.complete });
};

export const runKqlLink = async (context: Context, [word = '']: readonly string[], given: Given): Promise<number> => {
  const workspace =
    textOf(given, 'workspace') ?? refuse('E103', 'which workspace? Give the id of its resource with --workspace');
  const cloud = oneOf('--cloud', textOf(given, 'cloud') ?? 'public', CLOUDS);
  const { name, text } = await readyQuery(context, word, given);
  const url = must(portalLink(text, { workspace, tenant: textOf(given, 'tenant'), cloud }, gzipped));
  const report: KqlLink = { schemaVersion: 1, kind: 'KqlLink', name, workspace, url, text };
  await print({ report, table: () => [url] }, context);
  if (url.length > LONG_LINK)
    context.voice.warn(`the link has ${count(url.length)} characters: some programs cut it off`);
  return EXIT.done;
};
