import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { plural } from '../../../src/base/number-text.ts';
import {
  chosenFiles,
  type Dropped,
  filesOf,
  type FoundFile,
  isWanted,
  NOTHING_DROPPED,
  sorted,
  tooMany,
} from './dropped.ts';

interface DropPlaceProps {
  readonly dropped: Dropped;
  readonly change: (dropped: Dropped) => void;
  readonly children: ReactNode;
}

/** Files that are dropped anywhere on the page, or chosen here. They go to the server with each question, and it keeps none. */
export const DropPlace = ({ dropped, change, children }: DropPlaceProps) => {
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const last = useRef(0);
  const take = async (coming: Promise<readonly FoundFile[]> | readonly FoundFile[]): Promise<void> => {
    const found = await coming;
    const wanted = found.filter(({ path }) => isWanted(path));
    const refused =
      wanted.length === 0
        ? 'None of these files sets up monitoring: Terraform, JSON, YAML and KQL are read.'
        : tooMany(wanted.map(({ file }) => file));
    setProblem(refused);
    if (refused !== null) return;
    const files = await Promise.all(wanted.map(async ({ path, file }) => ({ path, text: await file.text() })));
    last.current += 1;
    change(sorted(files, last.current, found.length - wanted.length));
  };
  const dropOn = useEffectEvent((items: DataTransferItemList) => void take(filesOf(items)));
  useEffect(() => {
    const end = new AbortController();
    const on = (name: 'dragover' | 'dragleave' | 'drop', does: (event: DragEvent) => void): void =>
      addEventListener(name, does, { signal: end.signal });
    on('dragover', (event) => {
      // Else the browser would go to the file.
      event.preventDefault();
      setOver(true);
    });
    on('dragleave', () => setOver(false));
    on('drop', (event) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer !== null) dropOn(event.dataTransfer.items);
    });
    return () => end.abort();
  }, []);
  const names = [...(dropped.audit?.files ?? []), ...(dropped.spec?.files ?? [])].map(({ path }) => path);
  return (
    <section className={isOver ? 'panel drop is-over' : 'panel drop'} aria-labelledby="drop">
      <div className="panel-head">
        <h2 id="drop">Files</h2>
        <div className="row">
          <Choose says="Choose files" take={take} isFolder={false} />
          <Choose says="Choose a folder" take={take} isFolder />
        </div>
      </div>
      {names.length === 0 ? (
        children
      ) : (
        <p className="row">
          <span className="num">
            {plural(names.length, 'file')} of yours: <span className="mono">{names.slice(0, 3).join(', ')}</span>
            {names.length > 3 ? ' …' : ''}
            {dropped.passedOver > 0 ? `; ${plural(dropped.passedOver, 'other')} passed over` : ''}
          </span>
          <button type="button" className="quiet" onClick={() => change(NOTHING_DROPPED)}>
            Back to those of the server
          </button>
        </p>
      )}
      <p className="dim">
        Drop a folder of Terraform, documents of Azure, manifests, queries or a spec of costs here. They are looked at
        in memory and kept nowhere.
      </p>
      {problem === null ? null : (
        <p className="note note-warn" role="alert">
          ▲ {problem}
        </p>
      )}
    </section>
  );
};

interface ChooseProps {
  readonly says: string;
  readonly isFolder: boolean;
  readonly take: (files: readonly FoundFile[]) => Promise<void>;
}

const Choose = ({ says, isFolder, take }: ChooseProps) => (
  <label className="button">
    {says}
    <input
      type="file"
      className="hidden"
      multiple
      {...(isFolder ? { webkitdirectory: '' } : {})}
      onChange={(event) => {
        if (event.target.files !== null) void take(chosenFiles(event.target.files));
        event.target.value = '';
      }}
    />
  </label>
);
