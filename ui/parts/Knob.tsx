import { useState } from 'react';

interface KnobProps {
  readonly says: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** null: as now. */
  readonly value: string | null;
  /** What is now, where that is known. */
  readonly now?: string;
  readonly change: (value: string | null) => void;
}

/** A number that is turned, or typed; it counts once it is let go. */
export const Knob = ({ says, min, max, step, value, now, change }: KnobProps) => {
  const [held, setHeld] = useState(value);
  const release = (): void => {
    if (held !== value) change(held);
  };
  return (
    <div className="knob">
      <label>
        <span>{says}</span>
        <input
          type="range"
          min={min}
          max={max}
          step={step}
          value={held ?? now ?? String(min)}
          onChange={(event) => setHeld(event.target.value)}
          onPointerUp={release}
          onKeyUp={release}
        />
      </label>
      <input
        type="number"
        aria-label={`${says}, as a number`}
        min={min}
        max={max}
        step={step}
        value={held ?? ''}
        placeholder={now ?? 'as now'}
        onChange={(event) => setHeld(event.target.value === '' ? null : event.target.value)}
        onBlur={release}
        onKeyDown={(event) => {
          if (event.key === 'Enter') release();
        }}
      />
    </div>
  );
};
