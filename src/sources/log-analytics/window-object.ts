import { type Instant } from '../../base/instant.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { ByteObject, Cursor } from '../../core/ports.ts';
import { AzureTrouble, azureTroubleOf } from '../azure/azure-trouble.ts';
import { partsOf, smaller } from './parts.ts';
import { INVENTORY, type Part, type TableHere } from './queries.ts';
import { BUDGET, type Budget, sliceName, type Window } from './slices.ts';
import type { Workspace } from './workspace.ts';

const PIECE = 1_048_576;

/** The name under which the cursors of a table are kept. */
export const cursorSource = (workspace: string, { name, only }: TableHere): string =>
  `${workspace}/${name}${only === null ? '' : `?${only.column}=${only.value}`}`;

/**
 * Some minutes of a table, as answers of the query API one after another: what the decoder of exports reads. Its cursors say
 * how many rows of each minute were read; whoever finds another number there later reads that minute again.
 */
export class WindowObject implements ByteObject {
  readonly name: string;
  /** What tells it from others of its workspace. */
  readonly key: string;
  readonly window: Window;
  /** What was read of it so far. */
  rows = 0;
  bytes = 0;
  /** Why it was not read to its end. */
  trouble: AzureTrouble | null = null;
  private readonly workspace: Workspace;
  private readonly table: TableHere;
  private readonly budget: Budget;
  private readonly counts = new Map<Instant, number>();

  constructor(workspace: Workspace, table: TableHere, window: Window, budget: Budget = BUDGET) {
    // What is known of a pod is worked out object by object: of inventories a day is one.
    const when = INVENTORY.has(table.name) ? sliceName(window.from).slice(0, 10) : sliceName(window.from);
    this.name = `${workspace.name}/${table.name}/${when}`;
    this.key = `${table.name} ${sliceName(window.from)}`;
    this.workspace = workspace;
    this.table = table;
    this.window = window;
    this.budget = budget;
  }

  async *read(): AsyncGenerator<Result<Uint8Array, string>> {
    const parts: Part[] = partsOf(this.window, this.budget).toReversed();
    for (const { at } of this.window.slices) this.counts.set(at, 0);
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const answer = await this.workspace.rows(this.table, part).catch(azureTroubleOf);
      if (!(answer instanceof AzureTrouble)) {
        for (const [at, rows] of answer.counts) this.take(at, rows);
        this.bytes += answer.bytes.length;
        for (let from = 0; from < answer.bytes.length; from += PIECE)
          yield ok(answer.bytes.subarray(from, from + PIECE));
        continue;
      }
      const less = answer.kind === 'too-much' ? smaller(part) : null;
      if (less === null) {
        this.trouble = answer;
        yield fail(answer.message);
        return;
      }
      parts.push(...less.toReversed());
    }
  }

  cursors(): readonly Cursor[] {
    const source = cursorSource(this.workspace.name, this.table);
    return [...this.counts].map(([at, rows]) => ({ source, object: sliceName(at), at, position: String(rows) }));
  }

  private take(at: Instant, rows: number): void {
    this.rows += rows;
    this.counts.set(at, (this.counts.get(at) ?? 0) + rows);
  }
}
