/** The strokes that the drawing is made of. */

/** A place on the screen, in pixels. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

export function between(a: Pixel, b: Pixel, share: number): Pixel {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

export function distance(a: Pixel, b: Pixel): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Gently off and gently on. */
export function ease(share: number): number {
  return share * share * (3 - 2 * share);
}

export function line(context: CanvasRenderingContext2D, a: Pixel, b: Pixel): void {
  context.beginPath();
  context.moveTo(a.x, a.y);
  context.lineTo(b.x, b.y);
  context.stroke();
}

export function disc(context: CanvasRenderingContext2D, at: Pixel | undefined, radius: number): void {
  if (at === undefined) return;
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fill();
}

export function square(context: CanvasRenderingContext2D, at: Pixel, radius: number): void {
  context.beginPath();
  context.roundRect(at.x - radius, at.y - radius, radius * 2, radius * 2, radius * 0.35);
  context.fill();
}

export function diamond(
  context: CanvasRenderingContext2D,
  at: Pixel,
  size: number,
  colour: string,
  inside: string,
): void {
  context.beginPath();
  context.moveTo(at.x, at.y - size);
  context.lineTo(at.x + size, at.y);
  context.lineTo(at.x, at.y + size);
  context.lineTo(at.x - size, at.y);
  context.closePath();
  context.fillStyle = inside;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.stroke();
}

export function cross(context: CanvasRenderingContext2D, at: Pixel, size: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  line(context, { x: at.x - size, y: at.y - size }, { x: at.x + size, y: at.y + size });
  line(context, { x: at.x - size, y: at.y + size }, { x: at.x + size, y: at.y - size });
}

/** A padlock on a disc of paper: filled, or its outline alone; its shackle closed or open. */
export function padlock(
  context: CanvasRenderingContext2D,
  at: Pixel,
  size: number,
  { colour, paper, isFilled, isShut }: PadlockLook,
): void {
  context.fillStyle = paper;
  disc(context, at, size * 1.6);
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.beginPath();
  context.arc(at.x, at.y - size * 0.35, size * 0.55, Math.PI, isShut ? 2 * Math.PI : 1.55 * Math.PI);
  context.stroke();
  context.beginPath();
  context.roundRect(at.x - size * 0.75, at.y - size * 0.2, size * 1.5, size * 1.2, size * 0.2);
  context.fillStyle = isFilled ? colour : paper;
  context.fill();
  context.stroke();
}

export interface PadlockLook {
  readonly colour: string;
  /** Of what is under it. */
  readonly paper: string;
  readonly isFilled: boolean;
  readonly isShut: boolean;
}

export function pauseMark(context: CanvasRenderingContext2D, at: Pixel, size: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  for (const x of [-0.5, 0.5]) {
    line(context, { x: at.x + x * size, y: at.y - size }, { x: at.x + x * size, y: at.y + size });
  }
}

export function ringOf(
  context: CanvasRenderingContext2D,
  at: Pixel,
  radius: number,
  colour: string,
  dash: readonly number[],
): void {
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.setLineDash([...dash]);
  context.stroke();
  context.setLineDash([]);
}

/** A short bar across a link: the message goes no further. */
export function bar(context: CanvasRenderingContext2D, a: Pixel, b: Pixel, length: number, colour: string): void {
  const middle = between(a, b, 0.5);
  const size = Math.max(1, distance(a, b));
  const [nx, ny] = [(-(b.y - a.y) / size) * length, ((b.x - a.x) / size) * length];
  context.strokeStyle = colour;
  context.lineWidth = 3.5;
  context.lineCap = 'round';
  line(context, { x: middle.x - nx, y: middle.y - ny }, { x: middle.x + nx, y: middle.y + ny });
}

export function pulse(context: CanvasRenderingContext2D, at: Pixel, radius: number, age: number, colour: string): void {
  if (age < 0 || age > 1) return;
  context.globalAlpha = 0.5 * (1 - age);
  ringOf(context, at, radius + age * radius * 1.4, colour, []);
  context.globalAlpha = 1;
}
