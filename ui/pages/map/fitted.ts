import { short } from './drawn.ts';

let drawing: CanvasRenderingContext2D | null = null;

/** Pixels that a label takes, as the browser draws it. */
export const widthOfText = (text: string): number => {
  drawing ??= document.createElement('canvas').getContext('2d');
  if (drawing === null) return 0;
  drawing.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  return drawing.measureText(text).width;
};

/** As much of a label as there is room for; the whole stands in its title, and in the table. */
export const fitted = (text: string, pixels: number, widthOf: (text: string) => number = widthOfText): string => {
  let letters = Array.from(text).length;
  while (letters > 2 && widthOf(short(text, letters)) > pixels) letters -= 1;
  return short(text, letters);
};
