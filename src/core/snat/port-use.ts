import type { PortSteps } from '../ports.ts';

/** How many ports were held at each step, if each is given back so many steps after the node let go of it. */
export const portsHeld = ({ taken, given }: Pick<PortSteps, 'taken' | 'given'>, longer = 0): readonly number[] => {
  let held = 0;
  return taken.map((ports, step) => {
    held += ports - (step >= longer ? (given[step - longer] ?? 0) : 0);
    return held;
  });
};

/** Of every so many steps, from the first on, the most that were held at one of them. */
export const mostIn = (held: readonly number[], together: number): readonly number[] =>
  Array.from({ length: Math.ceil(held.length / together) }, (_, i) =>
    Math.max(...held.slice(i * together, (i + 1) * together)),
  );
