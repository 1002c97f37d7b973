import { TimeText } from './TimeText.tsx';

interface FactItemProps {
  readonly mark: string;
  readonly text: string;
  readonly source: string;
  /** null: of no moment. */
  readonly at: string | null;
}

/** One fact of a list of them: what was seen, by whom, and when. */
export const FactItem = ({ mark, text, source, at }: FactItemProps) => (
  <li>
    <span className="fact-mark" aria-hidden="true">
      {mark}
    </span>
    <div>
      {text}
      <div className="dim">
        {source}
        {at === null ? null : (
          <>
            {' · '}
            <TimeText at={at} whole />
          </>
        )}
      </div>
    </div>
  </li>
);
