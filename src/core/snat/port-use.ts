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

/** The first step at which most were held. */
export const peakOf = (held: readonly number[]): { readonly step: number; readonly ports: number } => {
  let step = 0;
  for (let i = 1; i < held.length; i++) if ((held[i] as number) > (held[step] as number)) step = i;
  return { step, ports: held[step] ?? 0 };
};
