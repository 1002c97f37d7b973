import { type ReactNode, useId, useState } from 'react';

interface FigureProps {
  readonly title: string;
  /** One sentence that says what is to be seen. */
  readonly says: string;
  readonly picture: ReactNode;
  /** What is what in it. */
  readonly legend?: ReactNode;
  /** The same numbers as a table. */
  readonly table: () => ReactNode;
  readonly actions?: ReactNode;
}

/** A picture with its sentence, and with a table that says the same for whoever does not see it. */
export const Figure = ({ title, says, picture, legend, table, actions }: FigureProps) => {
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <figure className="panel" aria-labelledby={id}>
      <figcaption>
        <div className="panel-head">
          <h3 id={id}>{title}</h3>
          <div className="row">
            {actions}
            <button type="button" className="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
              Table
            </button>
          </div>
        </div>
        <p className="dim">{says}</p>
      </figcaption>
      {isTable ? (
        <div className="scroll" tabIndex={0}>
          {table()}
        </div>
      ) : (
        <>
          {picture}
          {legend}
        </>
      )}
    </figure>
  );
};
