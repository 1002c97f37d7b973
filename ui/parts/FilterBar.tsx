import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { completeFlowFilter, parseFlowFilter } from '../../src/contract/flow-filter.ts';

interface FilterBarProps {
  readonly where: string;
  readonly change: (where: string | null) => void;
}

const EXAMPLES = ['verdict != exact', 'dest-port = 443 and verdict = node', 'proto = udp and dest-port = 53'] as const;

/** The language of filters, as `unmasq flows --where` takes it: completed while it is written, and a mistake told under its word. */
export const FilterBar = ({ where, change }: FilterBarProps) => {
  const [text, setText] = useState(where);
  const [at, setAt] = useState(where.length);
  const [chosen, setChosen] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const parsed = parseFlowFilter(text);
  const { from, until, options } = completeFlowFilter(text, at);
  const isListed = isOpen && options.length > 0;

  const take = (option: string): void => {
    const before = text.slice(0, from);
    const glue = before === '' || /[\s(]$/.test(before) ? '' : ' ';
    const next = `${before}${glue}${option} `;
    setText(next + text.slice(until).trimStart());
    setAt(next.length);
    setChosen(-1);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(next.length, next.length);
    });
  };
  const apply = (): void => {
    setOpen(false);
    if (parsed.ok) change(text.trim() === '' ? null : text.trim());
  };
  const press = (event: KeyboardEvent): void => {
    const option = options[chosen];
    if (event.key === 'Escape') setOpen(false);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((chosen + step + options.length) % Math.max(1, options.length));
    } else if ((event.key === 'Tab' || event.key === 'Enter') && isListed && option !== undefined) {
      event.preventDefault();
      take(option.text);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      apply();
    }
  };
  return (
    <div className="filter">
      <div className="filter-line">
        <input
          ref={input}
          value={text}
          role="combobox"
          aria-label="Filter"
          aria-expanded={isListed}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isListed && chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-invalid={!parsed.ok}
          aria-describedby={`${id}-says`}
          placeholder="dest = 203.0.113.0/24 and dest-port in (443, 5432) and verdict != exact"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.target.value);
            setAt(event.target.selectionStart ?? event.target.value.length);
            setOpen(true);
            setChosen(-1);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onSelect={(event) => setAt(event.currentTarget.selectionStart ?? text.length)}
          onKeyDown={press}
        />
        <button type="button" className="primary" onClick={apply} disabled={!parsed.ok}>
          Filter
        </button>
        {where === '' ? null : (
          <button type="button" onClick={() => change(null)}>
            Clear
          </button>
        )}
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="What may stand here"
        className="filter-options"
        hidden={!isListed}
      >
        {options.map((option, i) => (
          // The list is walked with the arrow keys of the box above it, which says which one is chosen.
          <div
            key={option.text}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            onPointerDown={(event) => {
              event.preventDefault();
              take(option.text);
            }}
          >
            <b>{option.text}</b> <span className="dim">{option.says}</span>
          </div>
        ))}
      </div>
      <div id={`${id}-says`} className="filter-says">
        {parsed.ok ? (
          text === '' ? (
            <span className="row">
              {EXAMPLES.map((example) => (
                <button key={example} type="button" className="quiet" onClick={() => change(example)}>
                  {example}
                </button>
              ))}
            </span>
          ) : null
        ) : (
          <>
            <pre className="filter-mark" aria-hidden="true">
              {' '.repeat(parsed.mistake.from)}
              {'▲'.repeat(Math.max(1, parsed.mistake.until - parsed.mistake.from))}
            </pre>
            <p className="bad">{parsed.mistake.says}</p>
          </>
        )}
      </div>
    </div>
  );
};
