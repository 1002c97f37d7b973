import { EXIT } from '../../app/errors.ts';
import { readEstates } from '../../app/audit-estates.ts';
import { compareGenerated, type ComparedFolder, generatedReport, type GeneratedReport } from '../../app/generate.ts';
import { plural } from '../../base/number-text.ts';
import { type Blueprint, blueprintOf, UNTOLD, type WrittenFile } from '../../core/monitoring/generate/blueprint.ts';
import { blueprintOfEstate } from '../../core/monitoring/generate/blueprint-of-estate.ts';
import {
  GENERATED,
  type Generated,
  generatedFiles,
  NEEDS_SPEC,
} from '../../core/monitoring/generate/generated-files.ts';
import { print } from '../answer.ts';
import type { Context } from '../context.ts';
import { texts, textOf } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { readSpecFile, specWith } from '../read-spec.ts';
import { Refused, refuse } from '../refused.ts';
import { variableValues } from '../variable-values.ts';

export const runGenerate = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const [first, spec = null, ...more] = words;
  const what = oneOf('generate', first ?? '', GENERATED);
  if (more.length > 0) refuse('E103', `generate ${what} takes one spec`);
  const out = textOf(given, 'out');
  const [isCheck, isForced] = [given['check'] === true, given['force'] === true];
  if (out === null && (isCheck || isForced))
    refuse('E104', `${isCheck ? '--check' : '--force'} has no meaning here`, {
      fix: 'Name the folder with --out DIR.',
    });
  if (isCheck && isForced) refuse('E105', '--check and --force contradict each other');
  const plans = texts(given, 'plan');
  const from = [...texts(given, 'from'), ...plans];
  if (from.length > 0 && spec !== null)
    refuse('E105', `${plans.length > 0 ? '--plan' : '--from'} and a spec contradict each other`);
  const blueprint =
    from.length === 0 ? await blueprintAt(what, spec, given, context) : await blueprintFrom(from, given, context);
  const { queries } = await context.outside.kqlPack();
  const all = generatedFiles(what, blueprint, queries);
  if (all.length === 0) refuse('E526', `the spec wants nothing of ${what}`, { fix: 'Add inventory or logs to it.' });
  const files = named(all, textOf(given, 'file'));
  if (out === null) return shown(what, files, textOf(given, 'file') !== null, context);
  return isCheck
    ? checked(what, await comparedWith(what, files, out, context), out, context)
    : kept(what, files, out, isForced, context);
};

const blueprintAt = async (
  what: Generated,
  name: string | null,
  given: Given,
  { outside }: Context,
): Promise<Blueprint> => {
  const set = texts(given, 'set');
  const ofConfiguration = ['var', 'varFile'].find((flag) => texts(given, flag).length > 0);
  if (ofConfiguration !== undefined)
    refuse('E104', `${ofConfiguration === 'var' ? '--var' : '--var-file'} has no meaning without --from or --plan`);
  if (name === null) {
    if (NEEDS_SPEC.has(what))
      refuse('E103', 'of which spec?', { fix: `Give a file: unmasq generate ${what} monitoring.yaml` });
    if (set.length > 0) refuse('E104', '--set has no meaning without a spec');
    return UNTOLD;
  }
  return blueprintOf(specWith(name, await readSpecFile(name, outside), set));
};

/** What the files of a configuration set up. */
const blueprintFrom = async (
  paths: readonly string[],
  given: Given,
  { outside, voice }: Context,
): Promise<Blueprint> => {
  if (texts(given, 'set').length > 0) refuse('E104', '--set has no meaning with --from or --plan');
  const values = await variableValues(given, outside);
  const { found: all, readers, types } = await outside.configurationAt(paths);
  // what was generated from it before is no part of it
  const out = textOf(given, 'out')?.replace(/\/+$/, '');
  const found = { ...all, files: all.files.filter((file) => out === undefined || !file.path.startsWith(`${out}/`)) };
  for (const { path: unread, why } of found.unread) voice.warn(`${unread} was not read: ${why}`);
  const read = readEstates(found, readers, types, {
    scope: 'as-found',
    elsewhere: new Set(),
    values,
  });
  for (const reason of read.reasons) voice.warn(reason);
  const [estate, ...others] = read.estates;
  if (estate === undefined)
    return refuse('E526', 'there is nothing to generate from', {
      why: `nothing of ${paths.join(', ')} speaks of monitoring`,
      fix: 'Name with --from what `unmasq audit` reads: a folder with .tf files, documents of Azure, manifests.',
    });
  const clusters = [estate, ...others].flatMap((one) => one.clusters.map(({ address }) => address));
  if (others.length > 0 || clusters.length > 1)
    refuse('E526', `${paths.join(', ')} is more than one configuration of one cluster`, {
      why: others.length > 0 ? `${1 + others.length} roots` : clusters.join(', '),
      fix: 'Name the folder of one with --from.',
    });
  const { blueprint, usual } = blueprintOfEstate(estate, read.needDays);
  for (const one of usual) voice.note(one);
  return blueprint;
};

const named = (files: readonly WrittenFile[], name: string | null): readonly WrittenFile[] => {
  if (name === null) return files;
  const found = files.filter((file) => file.name === name);
  return found.length > 0
    ? found
    : refuse('E105', `--file ${name}: there is none`, { why: files.map((file) => file.name).join(', ') });
};

/** Files as they are, and differences as git takes them, are for people and pipes; all else is a list of the files. */
const isForPrograms = ({ globals: { output } }: Context): boolean => output !== 'table' && output !== 'wide';

const told = (report: GeneratedReport, context: Context): Promise<void> =>
  print({ report, lines: report.files, table: () => [] }, context);

/** Several files in one language are one text; what is in another needs a folder, or to be asked for alone. */
const shown = async (
  what: Generated,
  files: readonly WrittenFile[],
  isAlone: boolean,
  context: Context,
): Promise<number> => {
  const { outside, voice } = context;
  if (isForPrograms(context)) {
    await told(generatedReport(what, files, {}), context);
    return EXIT.done;
  }
  const one = isAlone || files.length === 1 ? files : files.filter(({ name }) => name.endsWith('.tf'));
  await outside.stdout.write(one.map(({ text }) => text).join('\n'));
  const others = files.filter((file) => !one.includes(file)).map(({ name }) => name);
  if (others.length > 0) voice.note(`not shown: ${others.join(', ')}; --file NAME shows one, --out DIR writes all`);
  return EXIT.done;
};

const comparedWith = async (
  what: Generated,
  files: readonly WrittenFile[],
  folder: string,
  { outside }: Context,
): Promise<ComparedFolder> => {
  const there = await outside
    .textsIn(folder)
    .catch((error: Error) => refuse('E527', `${folder} cannot be read`, { why: error.message }));
  return compareGenerated(what, files, there);
};

/** What the folder has is looked at while no other run can write into it. */
const kept = async (
  what: Generated,
  files: readonly WrittenFile[],
  folder: string,
  isForced: boolean,
  context: Context,
): Promise<number> => {
  const letGo = await context.outside.holdFolder(folder).catch((error: Error) => {
    if (error instanceof Refused) throw error;
    return refuse('E527', `${folder} cannot be written`, { why: error.message });
  });
  try {
    return await written(what, await comparedWith(what, files, folder, context), folder, isForced, context);
  } finally {
    letGo();
  }
};

const written = async (
  what: Generated,
  compared: ComparedFolder,
  folder: string,
  isForced: boolean,
  context: Context,
): Promise<number> => {
  const { outside, voice } = context;
  const theirs = compared.files.filter(({ standing }) => standing === 'edited' || standing === 'foreign');
  if (theirs.length > 0 && !isForced)
    refuse(
      'E528',
      `${plural(theirs.length, 'file')} of ${folder} ${theirs.length === 1 ? 'was' : 'were'} not left as unmasq wrote ${theirs.length === 1 ? 'it' : 'them'}; nothing was written`,
      {
        why: theirs
          .map(
            ({ name, standing }) =>
              `${name} ${standing === 'edited' ? 'was edited by hand' : 'was never written by unmasq'}`,
          )
          .join('; '),
      },
    );
  const due = compared.files.filter(({ standing }) => standing !== 'same');
  await outside
    .saveTogether(due.map(({ name, text }) => ({ path: `${folder}/${name}`, text })))
    .catch((error: Error) => refuse('E527', `nothing was written into ${folder}`, { why: error.message }));
  if (isForPrograms(context)) {
    const report = { folder, written: due.length > 0, left: compared.left };
    await told(generatedReport(what, compared.files, report), context);
  }
  for (const { name, standing } of due) voice.note(`${standing === 'new' ? 'new' : 'written anew'}: ${name}`);
  tellLeft(compared, context);
  voice.summary(
    due.length === 0 ? `${folder} is as it would be generated` : `${plural(due.length, 'file')} written into ${folder}`,
    what === 'terraform' ? `unmasq audit ${folder}` : undefined,
  );
  return EXIT.done;
};

const tellLeft = ({ left }: ComparedFolder, { voice }: Context): void => {
  if (left.length > 0) voice.warn(`not generated any more, and still there: ${left.join(', ')}`);
};

/** Drift is a finding: what is generated is not what is there. */
const checked = async (
  what: Generated,
  compared: ComparedFolder,
  folder: string,
  context: Context,
): Promise<number> => {
  const { outside, voice } = context;
  const apart = compared.files.filter(({ standing }) => standing !== 'same');
  if (isForPrograms(context))
    await told(generatedReport(what, compared.files, { folder, left: compared.left }), context);
  else await outside.stdout.write(apart.map(({ diff }) => diff).join(''));
  for (const { name, standing } of apart) voice.note(`${name}: ${SAYS[standing]}`);
  tellLeft(compared, context);
  const isSame = apart.length === 0 && compared.left.length === 0;
  voice.summary(isSame ? `${folder} is as it would be generated` : `${folder} is not as it would be generated`);
  return isSame ? EXIT.done : EXIT.findings;
};

const SAYS = {
  new: 'is not there',
  same: '',
  changed: 'the spec says something else by now',
  edited: 'was edited by hand',
  foreign: 'was never written by unmasq',
} as const;
