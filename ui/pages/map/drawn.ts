import { plural } from '../../../src/base/number-text.ts';
import type { FlowMap } from '../../../src/contract/answers.ts';
import { isolated } from '../../parts/isolated.ts';
import { nameOf } from '../../parts/sender.ts';
import { VERDICTS, type VerdictKind } from '../../parts/verdict.tsx';

export type Item = FlowMap['items'][number];
export type By = Exclude<FlowMap['query']['by'], 'sent'>;
/** Verdicts are told by bytes in both directions. */
export const byOf = (by: FlowMap['query']['by']): By => (by === 'sent' ? 'bytes' : by);

/** A place of the picture: who sends, where it goes, or in the graph both. */
export interface Place {
  readonly key: string;
  readonly label: string;
  /** An edge that it sends. */
  readonly from: Item | null;
  /** Edges that go there, one of each destination: in the graph a workload is one place for all of its addresses. */
  readonly to: readonly Item[];
  readonly value: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of one edge the part with one verdict. */
export interface Ribbon {
  readonly key: string;
  readonly kind: VerdictKind;
  readonly path: string;
  readonly item: Item;
}

export interface Drawn {
  readonly places: readonly Place[];
  readonly ribbons: readonly Ribbon[];
  readonly width: number;
  readonly height: number;
}

export const fromKey = ({ from }: Item): string => JSON.stringify([from.kind, holderKey(from), from.pod?.uid]);
export const toKey = ({ to }: Item): string => JSON.stringify([to.kind, to.name, holderKey(to)]);
const holderKey = ({ workload, node }: Pick<Item['from'], 'workload' | 'node'>): string =>
  workload === null ? `node ${node}` : `${workload.namespace}/${workload.kind}/${workload.name}`;

export const fromName = ({ from: { kind, workload, node, pod }, senders }: Item): string => {
  if (pod !== null) return `${isolated(workload?.namespace ?? '')}/${isolated(pod.name)}`;
  if (workload !== null) return nameOf(workload);
  switch (kind) {
    case 'node':
      return `node ${isolated(node ?? '')}`;
    case 'ambiguous':
      return 'several possible';
    case 'outside':
      return 'from outside';
    case 'other':
      return plural(senders, 'other sender');
    default:
      return 'not known';
  }
};

/** What of the cluster has the address, where that is not its name already. */
export const holderName = ({ to: { kind, workload, node } }: Item): string | null => {
  if (kind !== 'address' && kind !== 'port') return null;
  if (workload !== null) return nameOf(workload);
  return node === null ? null : `node ${isolated(node)}`;
};

/** Both what of the cluster it is, and its address. */
const toLabel = (item: Item): string => {
  const holder = holderName(item);
  return holder === null ? toName(item) : `${holder} ${toName(item)}`;
};

export const toName = (item: Item): string => {
  const { to, destinations, from } = item;
  if (to.kind === 'other') return plural(destinations, from.kind === 'other' ? 'destination' : 'other destination');
  if (to.kind === 'all') return 'everything';
  return to.kind === 'node' ? `node ${isolated(to.name)}` : isolated(to.name);
};

/** Of all that goes to other destinations together, as one place. */
const OTHERS = 'other destinations';

export const valueOf = (item: Item, by: By): number => item[by];

/** A text that fits, its head and its tail kept: what tells nodes of one pool apart stands at the end. */
export const short = (text: string, most: number): string => {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  const head = Math.ceil((most - 1) * 0.55);
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`;
};

/** As high as a label. */
const ROW = 20;
const GAP = 6;
const BAR = 8;
const HIGH = 440;
/** What is too thin is not seen. */
const THIN = 1;

interface Unplaced {
  readonly key: string;
  readonly label: string;
  from: Item | null;
  readonly to: Map<string, Item>;
  readonly isOther: boolean;
  value: number;
  /** As high as the ribbons at its left and at its right. */
  in: number;
  out: number;
}

interface Band {
  readonly item: Item;
  readonly from: string;
  readonly to: string;
  readonly parts: readonly { readonly kind: VerdictKind; readonly thick: number }[];
  readonly thick: number;
}

const bandsOf = (items: readonly Item[], by: By, scale: number, keys: (item: Item) => readonly [string, string]) =>
  items.map((item): Band => {
    const [from, to] = keys(item);
    const parts = VERDICTS.filter(({ kind }) => item.byVerdict[kind].flows > 0).map(({ kind }) => ({
      kind,
      thick: Math.max(THIN, item.byVerdict[kind][by] * scale),
    }));
    return { item, from, to, parts, thick: parts.reduce((sum, { thick }) => sum + thick, 0) };
  });

/** Places by their keys, with what goes in and out of each. */
const gather = (
  bands: readonly Band[],
  by: By,
  names: { readonly from: (item: Item) => string; readonly to: (item: Item) => string },
): ReadonlyMap<string, Unplaced> => {
  const places = new Map<string, Unplaced>();
  const at = (key: string, label: string, isOther: boolean): Unplaced => {
    const known = places.get(key);
    if (known !== undefined) return known;
    const place: Unplaced = { key, label, from: null, to: new Map(), isOther, value: 0, in: 0, out: 0 };
    places.set(key, place);
    return place;
  };
  for (const { item, from, to, thick } of bands) {
    const sender = at(from, names.from(item), item.from.kind === 'other');
    sender.from ??= item;
    sender.out += thick;
    sender.value += valueOf(item, by);
    const isOther = item.to.kind === 'other';
    const dest = at(to, isOther ? OTHERS : names.to(item), isOther);
    if (!isOther) dest.to.set(toKey(item), item);
    dest.in += thick;
    if (to !== from) dest.value += valueOf(item, by);
  }
  return places;
};

const largestFirst = (a: Unplaced, b: Unplaced): number =>
  Number(a.isOther) - Number(b.isOther) || b.value - a.value || (a.label < b.label ? -1 : 1);

/** One below the other, each at least as high as its label. */
const stacked = (
  column: readonly Unplaced[],
  x: number,
  width: number,
  tall: (place: Unplaced) => number,
): readonly Place[] => {
  let y = GAP;
  return column.map((one) => {
    const { key, label, from, to, value } = one;
    const height = tall(one);
    const slot = Math.max(height, ROW);
    const place = { key, label, from, to: [...to.values()], value, x, y: y + (slot - height) / 2, width, height };
    y += slot + GAP;
    return place;
  });
};

const bottom = (places: readonly Place[]): number =>
  places.reduce((most, { y, height }) => Math.max(most, y + Math.max(height, ROW)), 0) + GAP;

const ribbon = (x0: number, y0: number, x1: number, y1: number, thick: number, bend: number): string => {
  const [a, b] = [x0 + bend, x1 <= x0 ? x1 + bend : x1 - bend];
  return `M${x0} ${y0}C${a} ${y0} ${b} ${y1} ${x1} ${y1}V${y1 + thick}C${b} ${y1 + thick} ${a} ${y0 + thick} ${x0} ${y0 + thick}Z`;
};

/** A port of a place: ribbons lie one below the other. */
class Ports {
  private readonly next = new Map<string, number>();

  take({ key, y, height }: Place, side: 'in' | 'out', all: number, thick: number): number {
    const at = this.next.get(`${side} ${key}`) ?? y + (height - all) / 2;
    this.next.set(`${side} ${key}`, at + thick);
    return at;
  }
}

const ribbonsOf = (
  bands: readonly Band[],
  places: ReadonlyMap<string, Place>,
  sizes: ReadonlyMap<string, Unplaced>,
): readonly Ribbon[] => {
  const middle = (key: string): number => {
    const place = places.get(key);
    return place === undefined ? 0 : place.y + place.height / 2;
  };
  const starts = new Map<string, number>();
  const ports = new Ports();
  const inOrder = (side: 'from' | 'to', other: 'from' | 'to') =>
    bands.toSorted((a, b) => middle(a[side]) - middle(b[side]) || middle(a[other]) - middle(b[other]));
  const keyOf = ({ from, to }: Band): string => `${from} ${to}`;
  for (const band of inOrder('from', 'to'))
    starts.set(
      keyOf(band),
      ports.take(places.get(band.from) as Place, 'out', sizes.get(band.from)?.out ?? 0, band.thick),
    );
  return inOrder('to', 'from').flatMap((band) => {
    const [from, to] = [places.get(band.from) as Place, places.get(band.to) as Place];
    let y0 = starts.get(keyOf(band)) ?? from.y;
    let y1 = ports.take(to, 'in', sizes.get(band.to)?.in ?? 0, band.thick);
    const x0 = from.x + from.width;
    // Within a column, and back to one before, it leaves and comes in at the same side.
    const isBack = to.x <= from.x;
    const x1 = isBack ? to.x + to.width : to.x;
    const bend = isBack ? TURN : (x1 - x0) / 2;
    return band.parts.map(({ kind, thick }): Ribbon => {
      const path = ribbon(x0, y0, x1, y1, thick, bend);
      y0 += thick;
      y1 += thick;
      return { key: `${keyOf(band)} ${kind}`, kind, path, item: band.item };
    });
  });
};

const scaleFor = (items: readonly Item[], by: By): number => {
  const all = items.reduce((sum, item) => sum + valueOf(item, by), 0);
  return all > 0 ? HIGH / all : 0;
};

/** Senders at the left, destinations at the right, between them ribbons as thick as what goes there. */
export const sankeyOf = (items: readonly Item[], by: By, width: number): Drawn => {
  const bands = bandsOf(items, by, scaleFor(items, by), (item) => [`> ${fromKey(item)}`, targetKey(item)]);
  const sizes = gather(bands, by, { from: fromName, to: toLabel });
  const all = [...sizes.values()].toSorted(largestFirst);
  const label = labelWidth(width);
  const [left, right] = [all.filter((one) => one.out > 0), all.filter((one) => one.in > 0)];
  const places = [
    ...stacked(left, label, BAR, (one) => one.out),
    ...stacked(right, width - label - BAR, BAR, (one) => one.in),
  ];
  const ribbons = ribbonsOf(bands, new Map(places.map((place) => [place.key, place])), sizes);
  return { places, ribbons, width, height: bottom(places) };
};

/** One place for all that goes elsewhere. */
const targetKey = (item: Item): string => (item.to.kind === 'other' ? OTHERS : toKey(item));

/** What is left of a width for labels at one side. */
export const labelWidth = (width: number): number => Math.min(300, Math.round(width * 0.36));

/** Columns of the graph: who only sends, who does both, where things only go. */
const BOX = 26;
/** As far as a ribbon goes that comes back to its column. */
const TURN = 60;

/** Each workload and destination once, however many edges it has. */
export const graphOf = (items: readonly Item[], by: By, width: number): Drawn => {
  const most = items.reduce((max, item) => Math.max(max, valueOf(item, by)), 0);
  const ids = (item: Item): readonly [string, string] => [senderId(item), targetId(item)];
  // Thick enough to be compared, thin enough to be told apart.
  const bands = bandsOf(items, by, most > 0 ? 14 / most : 0, ids);
  const sizes = gather(bands, by, { from: fromName, to: (item) => holderName(item) ?? toName(item) });
  const all = [...sizes.values()].toSorted(largestFirst);
  const columns = [
    all.filter((place) => place.in === 0),
    all.filter((place) => place.in > 0 && place.out > 0),
    all.filter((place) => place.out === 0),
  ].filter((column) => column.length > 0);
  // Ribbons between two of one column, or back to themselves, need room at its right.
  const columnOf = new Map(columns.flatMap((column, i) => column.map(({ key }) => [key, i] as const)));
  const turns = bands.some(({ from, to }) => columnOf.get(from) === columns.length - 1 && columnOf.has(to));
  const room = width - (turns ? TURN : 0);
  const each = Math.min(280, room / (columns.length + (columns.length - 1) * 0.6));
  const step = columns.length > 1 ? (room - each) / (columns.length - 1) : 0;
  const places = columns.flatMap((column, i) =>
    stacked(column, Math.round(i * step), Math.round(each), (one) => Math.max(BOX, one.in + 8, one.out + 8)),
  );
  const ribbons = ribbonsOf(bands, new Map(places.map((place) => [place.key, place])), sizes);
  return { places, ribbons, width, height: bottom(places) };
};

const identity = ({ workload, node }: Pick<Item['from'], 'workload' | 'node'>): string | null =>
  workload === null && node === null ? null : `= ${holderKey({ workload, node })}`;
const senderId = (item: Item): string => identity(item.from) ?? `> ${fromKey(item)}`;
const targetId = (item: Item): string => identity(item.to) ?? targetKey(item);
