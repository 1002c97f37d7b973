import { useId, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { bytes, count, plural } from '../../../src/base/number-text.ts';
import { VERDICTS } from '../../parts/verdict.tsx';
import { useView } from '../../state/use-view.ts';
import {
  type By,
  type Drawn,
  fromName,
  graphOf,
  type Item,
  labelWidth,
  type Place,
  type Ribbon,
  sankeyOf,
  toName,
} from './drawn.ts';
import { fitted, widthOfText } from './fitted.ts';
import { fromLink, toLink } from './links.ts';
import { useWidth } from './use-width.ts';

export type Form = 'sankey' | 'graph';

interface PictureProps {
  readonly items: readonly Item[];
  readonly by: By;
  readonly form: Form;
  readonly where: string | null;
}

/** Narrower than this they cannot be read, and scroll: a graph on a phone, a sankey nowhere. */
const LEAST = { sankey: 240, graph: 640 } as const;

export const Picture = ({ items, by, form, where }: PictureProps) => {
  const [ref, width] = useWidth<HTMLDivElement>();
  const id = useId();
  const [lit, setLit] = useState<string | null>(null);
  const drawn = useMemo((): Drawn | null => {
    if (width === 0) return null;
    return (form === 'sankey' ? sankeyOf : graphOf)(items, by, Math.max(width, LEAST[form]));
  }, [items, by, form, width]);
  return (
    <div ref={ref} className="scroll map" tabIndex={0}>
      {drawn === null ? null : (
        <svg
          width={drawn.width}
          height={drawn.height}
          viewBox={`0 0 ${drawn.width} ${drawn.height}`}
          role="group"
          aria-label="Senders at the left, destinations at the right. The table says the same."
        >
          <Patterns id={id} />
          <g className={lit === null ? 'ribbons' : 'ribbons is-lit'} aria-hidden="true">
            {drawn.ribbons.map((ribbon) => (
              <RibbonPath key={ribbon.key} id={id} ribbon={ribbon} isLit={isOf(ribbon, lit)} />
            ))}
          </g>
          {drawn.places.map((place) => (
            <PlaceMark
              key={place.key}
              place={place}
              by={by}
              form={form}
              width={drawn.width}
              where={where}
              light={setLit}
            />
          ))}
        </svg>
      )}
    </div>
  );
};

/** Keys of ribbons hold those of both of their places. */
const isOf = ({ key }: Ribbon, lit: string | null): boolean => lit !== null && key.includes(lit);

/** As `.fill-…` of the style sheet, for areas of any form. */
const Patterns = ({ id }: { readonly id: string }) => (
  <defs>
    {VERDICTS.map(({ kind }) => (
      <pattern key={kind} id={`${id}${kind}`} width="8" height="8" patternUnits="userSpaceOnUse">
        <rect width="8" height="8" className="map-ground" />
        <PatternMarks kind={kind} />
      </pattern>
    ))}
  </defs>
);

const PatternMarks = ({ kind }: { readonly kind: Ribbon['kind'] }) => {
  switch (kind) {
    case 'probable':
      return <path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" className={`map-line map-${kind}`} />;
    case 'relayed':
      return <path d="M-2 2L2 -2M0 8L8 0M6 10L10 6M0 0L8 8" className={`map-line map-${kind}`} />;
    case 'ambiguous':
      return <circle cx="4" cy="4" r="2" className={`map-${kind}`} />;
    default:
      return <rect width="8" height="8" className={`map-${kind}`} />;
  }
};

const RibbonPath = ({
  id,
  ribbon,
  isLit,
}: {
  readonly id: string;
  readonly ribbon: Ribbon;
  readonly isLit: boolean;
}) => {
  const { path, kind, item } = ribbon;
  const of = item.byVerdict[kind];
  return (
    <path d={path} fill={`url(#${id}${kind})`} className={isLit ? 'is-lit' : undefined}>
      <title>{`${fromName(item)} → ${toName(item)}: ${plural(of.flows, 'flow')} ${kind}, ${bytes(of.bytes)}`}</title>
    </path>
  );
};

interface PlaceProps {
  readonly place: Place;
  readonly by: By;
  readonly form: Form;
  readonly width: number;
  readonly where: string | null;
  readonly light: (key: string | null) => void;
}

/** Narrower than this there is room for names alone. */
const ROOMY = 640;

const PlaceMark = ({ place, by, form, width, where, light }: PlaceProps) => {
  const view = useView();
  const { key, label, from, to, value } = place;
  const link = from !== null ? fromLink(view, from, where) : toLink(view, to, where);
  const amount = by === 'flows' ? plural(value, 'flow') : bytes(value);
  const leads = link === null ? '' : link.startsWith('/who') ? ': who talks to it' : ': its flows';
  const inner = (
    <>
      <title>{`${label}, ${amount}${leads}`}</title>
      {form === 'graph' ? (
        <BoxLabel place={place} />
      ) : (
        <BarLabel place={place} amount={width < ROOMY ? '' : by === 'flows' ? count(value) : amount} width={width} />
      )}
    </>
  );
  const lighting = {
    onPointerEnter: () => light(key),
    onPointerLeave: () => light(null),
    onFocus: () => light(key),
    onBlur: () => light(null),
  };
  return link === null ? (
    <g className="map-place" {...lighting}>
      {inner}
    </g>
  ) : (
    <Link href={link} className="map-place" {...lighting}>
      {inner}
    </Link>
  );
};

const BoxLabel = ({ place: { label, x, y, width, height } }: { readonly place: Place }) => (
  <>
    <rect x={x + 0.5} y={y} width={width - 1} height={height} rx="5" className="map-box" />
    <text x={x + 10} y={y + height / 2} dominantBaseline="central">
      {fitted(label, width - 20)}
    </text>
  </>
);

interface BarLabelProps {
  readonly place: Place;
  readonly amount: string;
  readonly width: number;
}

const BarLabel = ({ place: { label, from, x, y, width: bar, height }, amount, width }: BarLabelProps) => {
  const isLeft = from !== null;
  const room = labelWidth(width) - 12 - (amount === '' ? 0 : widthOfText(` ${amount}`));
  const middle = y + height / 2;
  const least = Math.max(height, 2);
  const text = fitted(label, room);
  return (
    <>
      {/* As large as the label: what is pressed is more than a thin bar. */}
      <rect x={isLeft ? 0 : x} y={middle - 10} width={labelWidth(width) + bar} height={20} className="map-hit" />
      <rect x={x} y={middle - least / 2} width={bar} height={least} className="map-bar" />
      <text
        x={isLeft ? x - 8 : x + bar + 8}
        y={middle}
        textAnchor={isLeft ? 'end' : 'start'}
        dominantBaseline="central"
      >
        {text}
        {amount === '' ? null : <tspan className="map-amount"> {amount}</tspan>}
      </text>
    </>
  );
};
