import { useEffect, useId, useRef, useState } from 'react';
import { clockOf } from '../format.ts';
import { useView } from '../state/use-view.ts';
import type { View } from '../state/view.ts';
import { isZone, saveZone } from '../state/zone.ts';

const PRESETS: readonly (readonly [string, string | null])[] = [
  ['15 min', '15m'],
  ['1 hour', '1h'],
  ['3 hours', '3h'],
  ['24 hours', '24h'],
  ['7 days', '7d'],
  ['All there is', null],
];

const REFRESHES: readonly (readonly [string, string])[] = [
  ['only when asked', ''],
  ['10 s', '10s'],
  ['30 s', '30s'],
  ['1 min', '1m'],
  ['5 min', '5m'],
];

interface TimePickerProps {
  readonly isOpen: boolean;
  readonly setOpen: (isOpen: boolean) => void;
}

/** What the button says: as it was written, an absolute time in the zone that is shown. */
const shown = ({ since, until, at }: View, zone: string): string => {
  const clock = clockOf(zone);
  const one = (text: string): string =>
    /^\d{4}-\d\d-\d\dT.*Z$/.test(text) ? clock.full(text).replace(/\.\d+$/, '') : text;
  if (at !== null) return `around ${one(at)}`;
  if (since === null && until === null) return 'All there is';
  if (until === null)
    return /^\d/.test(since ?? '') && /[smhdw]$/.test(since ?? '') ? `Last ${since}` : `since ${one(since ?? '')}`;
  return since === null ? `until ${one(until)}` : `${one(since)} – ${one(until)}`;
};

export const TimePicker = ({ isOpen, setOpen }: TimePickerProps) => {
  const { view, zone, change } = useView();
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const leave = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !holder.current?.contains(event.target as Node))
        setOpen(false);
    };
    addEventListener('pointerdown', leave);
    addEventListener('keydown', leave);
    return () => {
      removeEventListener('pointerdown', leave);
      removeEventListener('keydown', leave);
    };
  }, [isOpen, setOpen]);
  return (
    <div className="time" ref={holder}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        onClick={() => setOpen(!isOpen)}
        title="Time and zone (t)"
      >
        <span className="time-text">{shown(view, zone)}</span>{' '}
        <span className="dim">{zone === 'utc' ? 'UTC' : zone}</span>
        {view.refreshMs === null ? null : <span className="live"> ↻ {view.refreshMs / 1_000} s</span>}
      </button>
      {isOpen ? <TimeForm view={view} zone={zone} change={change} close={() => setOpen(false)} /> : null}
    </div>
  );
};

interface TimeFormProps {
  readonly view: View;
  readonly zone: string;
  readonly change: ReturnType<typeof useView>['change'];
  readonly close: () => void;
}

const TimeForm = ({ view, zone, change, close }: TimeFormProps) => {
  const [since, setSince] = useState(view.since ?? '');
  const [until, setUntil] = useState(view.until ?? '');
  const [tz, setTz] = useState(zone);
  const zones = useId();
  const isKnown = isZone(tz);
  const apply = (event: Pick<Event, 'preventDefault'>): void => {
    event.preventDefault();
    if (!isKnown) return;
    saveZone(tz);
    // `03:00` means nothing without its zone: the link takes it along.
    change({ since, until, at: null, tz: tz === zone && view.tz === null ? null : tz });
    close();
  };
  return (
    <form className="popover" role="dialog" aria-label="Time and zone" onSubmit={apply}>
      <div className="presets">
        {PRESETS.map(([says, value]) => (
          <button
            key={says}
            type="button"
            aria-pressed={view.since === value && view.until === null && view.at === null}
            onClick={() => {
              change({ since: value, until: null, at: null });
              close();
            }}
          >
            {says}
          </button>
        ))}
      </div>
      <label className="field">
        From
        <input
          value={since}
          onChange={(event) => setSince(event.target.value)}
          placeholder="15m · 03:00 · 2026-11-25T10:20Z"
          autoFocus
        />
      </label>
      <label className="field">
        Until
        <input value={until} onChange={(event) => setUntil(event.target.value)} placeholder="now" />
      </label>
      <label className="field">
        Zone
        <input value={tz} onChange={(event) => setTz(event.target.value)} list={zones} aria-invalid={!isKnown} />
      </label>
      <datalist id={zones}>
        <option value="utc" />
        {Intl.supportedValuesOf('timeZone').map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {isKnown ? null : <p className="bad">There is no zone of this name.</p>}
      <label className="field">
        Ask again
        <select
          value={REFRESHES.find(([, value]) => value !== '' && refreshMsOf(value) === view.refreshMs)?.[1] ?? ''}
          onChange={(event) => change({ refresh: event.target.value || null })}
        >
          {REFRESHES.map(([says, value]) => (
            <option key={says} value={value}>
              {says}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="primary">
        Apply
      </button>
    </form>
  );
};

const refreshMsOf = (text: string): number => Number.parseInt(text, 10) * (text.endsWith('m') ? 60_000 : 1_000);
