import type { PortSteps } from '../ports.ts';

/** How many ports were held at each step, if each is given back so many steps after the node let go of it. */
export const portsHeld = ({ taken, given }: Pick<PortSteps, 'taken' | 'given'>, longer = 0): readonly number[] => {
  let held = 0;
  return taken.map((ports, step) => {
    held += ports - (step >= longer ? (given[step - longer] ?? 0) : 0);
    return held;
  });
};

/** Of every so many steps, from the first on, that at which the most were held; of equal ones the first. */
export const momentsOfMost = (held: readonly number[], together: number): readonly number[] =>
  Array.from({ length: Math.ceil(held.length / together) }, (_, i) => {
    const some = held.slice(i * together, (i + 1) * together);
    return i * together + some.indexOf(Math.max(...some));
  });
