import { FLOW_COLUMNS, saveColumns } from './columns.ts';

interface ColumnPickerProps {
  readonly shown: readonly string[];
  readonly change: (shown: readonly string[]) => void;
}

export const ColumnPicker = ({ shown, change }: ColumnPickerProps) => {
  const toggle = (name: string): void => {
    const next = FLOW_COLUMNS.map((column) => column.name).filter((one) => (one === name) !== shown.includes(one));
    if (next.length === 0) return;
    saveColumns(next);
    change(next);
  };
  return (
    <details className="menu">
      <summary>Columns</summary>
      <fieldset className="menu-body">
        <legend className="hidden">Columns</legend>
        {FLOW_COLUMNS.map(({ name, head }) => (
          <label key={name} className="check">
            <input type="checkbox" checked={shown.includes(name)} onChange={() => toggle(name)} /> {head}
          </label>
        ))}
      </fieldset>
    </details>
  );
};
