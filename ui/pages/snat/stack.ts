import type { SnatStatus } from '../../../src/contract/answers.ts';
import type { Fill } from '../../parts/chart/paint.ts';

type Over = NonNullable<SnatStatus['items'][number]['over']>;

const NAMELESS = { colour: '--unattributed', fill: 'solid' } as const;

/** How each of a stack looks, told from the next by its filling as well; `.look-N` of the style sheet. The last is for whoever has no name. */
const LOOKS: readonly Pick<Stacked, 'colour' | 'fill'>[] = [
  { colour: '--exact', fill: 'solid' },
  { colour: '--ambiguous', fill: 'hatch' },
  { colour: '--node', fill: 'solid' },
  { colour: '--relayed', fill: 'cross' },
  { colour: '--probable', fill: 'dots' },
  { colour: '--ambiguous', fill: 'solid' },
  { colour: '--node', fill: 'hatch' },
  { colour: '--relayed', fill: 'solid' },
  NAMELESS,
];

export interface Stacked {
  readonly label: string;
  /** Its place among `LOOKS`. */
  readonly look: number;
  readonly colour: string;
  readonly fill: Fill;
  readonly ports: readonly number[];
  readonly most: number;
}

/** From the bottom up: the pods that hold most, then everybody else. */
export const stackOf = ({ pods, steps }: Over): readonly Stacked[] => {
  const others = steps.map((step) => step.others);
  const last = LOOKS.length - 1;
  const all = [
    ...pods.map(({ pod, ports }, look) => ({ label: pod, look: Math.min(look, last), ports })),
    { label: 'others, and who is not named', look: last, ports: others },
  ];
  return all
    .map((one) => ({ ...(LOOKS[one.look] ?? NAMELESS), ...one, most: Math.max(0, ...one.ports) }))
    .filter(({ most }, i) => most > 0 || (i === all.length - 1 && pods.length === 0));
};
