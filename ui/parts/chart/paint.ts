/** How an area is filled, so that it is told from others without its colour: what is sure is solid. */
export type Fill = 'solid' | 'hatch' | 'cross' | 'dots';

const SIZE = 8;

/** A fill for a canvas; in the style sheet `.fill-…` is the same for everything else. */
export const paintOf = (
  ctx: CanvasRenderingContext2D,
  fill: Fill,
  paint: string,
  ground: string,
): CanvasPattern | string => {
  if (fill === 'solid') return paint;
  const size = SIZE * devicePixelRatio;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const on = tile.getContext('2d');
  if (on === null) return paint;
  on.fillStyle = ground;
  on.fillRect(0, 0, size, size);
  on.strokeStyle = paint;
  on.fillStyle = paint;
  on.lineWidth = size / 4;
  on.lineCap = 'square';
  const line = (x0: number, y0: number, x1: number, y1: number): void => {
    on.beginPath();
    on.moveTo(x0 * size, y0 * size);
    on.lineTo(x1 * size, y1 * size);
    on.stroke();
  };
  if (fill === 'dots') {
    on.beginPath();
    on.arc(size / 2, size / 2, size / 4, 0, 2 * Math.PI);
    on.fill();
  } else {
    line(-0.25, 0.25, 0.25, -0.25);
    line(-0.25, 1.25, 1.25, -0.25);
    line(0.75, 1.25, 1.25, 0.75);
  }
  if (fill === 'cross') line(-0.25, -0.25, 1.25, 1.25);
  return ctx.createPattern(tile, 'repeat') ?? paint;
};
