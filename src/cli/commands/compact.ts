import { compactionReport } from '../../app/compaction-report.ts';
import { EXIT } from '../../app/errors.ts';
import { bytes, count, plural } from '../../base/number-text.ts';
import type { TableCompacted } from '../../core/compaction.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';
import { retentionOf } from '../retention-flag.ts';
import { folderOf, withoutServer } from './backup.ts';

export const runCompact = async (context: Context, given: Given): Promise<number> => {
  const { outside, voice } = context;
  const data = folderOf(context);
  const retention = retentionOf(given);
  if (!(await outside.holdsStore(data))) refuse('E306', `there is no store in ${data}`);
  const done = await withoutServer(context, () =>
    outside.compact({ data, retention, progress: (text) => voice.progress(text) }),
  );
  const report = compactionReport(data, done);
  const changed = report.items.filter((t) => t.rowsBefore !== t.rowsAfter || t.bytesBefore !== t.bytesAfter);
  await print(
    {
      report,
      lines: report.items,
      csv: csvOf(CSV, report.items),
      table: (options) =>
        changed.length === 0 ? ['Every table is compact.'] : tableOf(COLUMNS, changed, context)(options),
    },
    context,
  );
  for (const { table, rows } of done.expired) voice.note(`${table}: ${plural(rows, 'row')} older than is kept dropped`);
  voice.summary(`${data}: ${bytes(done.bytesBefore)} before, ${bytes(done.bytesAfter)} now`);
  return EXIT.done;
};

const COLUMNS = [
  { header: 'TABLE', leaves: 0, means: () => 'identity' as const, of: (t: TableCompacted) => t.table },
  { header: 'ROWS BEFORE', align: 'right', leaves: 1, of: (t: TableCompacted) => count(t.rowsBefore) },
  { header: 'ROWS', align: 'right', leaves: 0, of: (t: TableCompacted) => count(t.rowsAfter) },
  { header: 'SIZE BEFORE', align: 'right', leaves: 0, of: (t: TableCompacted) => bytes(t.bytesBefore) },
  { header: 'SIZE', align: 'right', leaves: 0, of: (t: TableCompacted) => bytes(t.bytesAfter) },
] as const;

const CSV = [
  { name: 'table', of: (t: TableCompacted) => t.table },
  { name: 'rows_before', of: (t: TableCompacted) => t.rowsBefore },
  { name: 'rows_after', of: (t: TableCompacted) => t.rowsAfter },
  { name: 'bytes_before', of: (t: TableCompacted) => t.bytesBefore },
  { name: 'bytes_after', of: (t: TableCompacted) => t.bytesAfter },
] as const;
