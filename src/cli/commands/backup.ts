import { backupReport, type BackupReport } from '../../app/backup-report.ts';
import { EXIT } from '../../app/errors.ts';
import { bytes, count, plural } from '../../base/number-text.ts';
import { isServerUrl } from '../../base/store-place.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import type { Given } from '../globals.ts';
import { refuse, Refused } from '../refused.ts';
import { shown } from '../render/time.ts';

export const runBackup = async (context: Context, [to = '']: readonly string[]): Promise<number> => {
  const { outside, voice } = context;
  const data = folderOf(context);
  if (!(await outside.holdsStore(data))) refuse('E306', `there is no store in ${data}`);
  const told = await withoutServer(context, () =>
    outside.backUp({ data, to, progress: (done) => voice.progress(`copied ${bytes(done)}`) }),
  );
  await tell(backupReport('Backup', { backup: to, data }, told), context);
  voice.summary(`${to} holds the store of ${data}, and was read back`, `unmasq restore ${to} --dry-run`);
  return EXIT.done;
};

export const runRestore = async (context: Context, [from = '']: readonly string[], given: Given): Promise<number> => {
  const { outside, voice } = context;
  const data = given['dryRun'] === true ? null : folderOf(context);
  const told = await outside.restore({
    from,
    data,
    progress: (done) => voice.progress(`read ${bytes(done)}`),
  });
  await tell(backupReport('Restore', { backup: from, data }, told), context);
  if (data === null) voice.summary(`${from} is whole: every file has the sum that it was written with`);
  else voice.summary(`${data} holds the store of ${from}`, `unmasq sources --data ${data}`);
  return EXIT.done;
};

/** What keeps files is of a folder: a ClickHouse server has backups of its own. */
export const folderOf = ({ globals }: Context): string =>
  isServerUrl(globals.data)
    ? refuse('E104', 'the store is on a ClickHouse server, and this is about a data folder', {
        fix: 'Give the folder with --data DIR; of a server see docs/guide/clickhouse.md.',
      })
    : globals.data;

/** A server that has the folder is told of by name, with what to do. */
export const withoutServer = async <Value>(
  { outside, globals }: Context,
  work: () => Promise<Value>,
): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    const isTaken = error instanceof Refused && error.trouble.code === 'E301';
    const server = isTaken ? await outside.serverOf(globals.data) : null;
    if (server === null) throw error;
    return refuse('E314', `the server at ${server.url} has ${globals.data} open`);
  }
};

const tell = (report: BackupReport, context: Context): Promise<void> => {
  const { zone, voice } = context;
  const { items, sources, takenAt, version, schema, files, sha256 } = report;
  voice.note(
    `taken ${shown(takenAt, zone)} by unmasq ${version} (schema ${schema}): ${plural(files, 'file')}, ${bytes(report.bytes)}, sha256 ${sha256}`,
  );
  for (const { cluster, name, rows, watermark } of sources)
    voice.detail(`${cluster}: ${name}: ${plural(rows, 'row')}, complete to ${shown(watermark, zone)}`);
  const filled = items.filter(({ rows }) => rows > 0);
  return print(
    {
      report,
      lines: items,
      csv: csvOf(
        [
          { name: 'table', of: (t: (typeof items)[number]) => t.table },
          { name: 'rows', of: (t: (typeof items)[number]) => t.rows },
          { name: 'bytes', of: (t: (typeof items)[number]) => t.bytes },
        ],
        items,
      ),
      table: tableOf(
        [
          { header: 'TABLE', leaves: 0, means: () => 'identity' as const, of: (t) => t.table },
          { header: 'ROWS', align: 'right', leaves: 0, of: (t) => count(t.rows) },
          { header: 'SIZE', align: 'right', leaves: 0, of: (t) => bytes(t.bytes) },
        ],
        filled,
        context,
      ),
    },
    context,
  );
};
