/** Pictures of characters, for LOLWUT. */

export class Canvas {
  readonly width: number;
  readonly height: number;
  private readonly pixels: Uint8Array;

  constructor(width: number, height: number, shade: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height).fill(shade);
  }

  /** What lies outside is not drawn. */
  set(x: number, y: number, shade: number): void {
    if (x < 0 || x >= this.width || y < 0 || y >= this.height) return;
    this.pixels[y * this.width + x] = shade;
  }

  get(x: number, y: number): number {
    return x < this.width && y < this.height ? (this.pixels[y * this.width + x] ?? 0) : 0;
  }

  /** A straight line, by equal steps along its longer side. */
  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY), 1);
    for (let step = 0; step <= steps; step++) {
      const part = step / steps;
      this.set(
        Math.round(fromX + (toX - fromX) * part),
        Math.round(fromY + (toY - fromY) * part),
        1,
      );
    }
  }

  /** Lines of Braille, two by four pixels a character, in UTF-8. */
  dots(): string {
    let text = "";
    for (let y = 0; y < this.height; y += 4) {
      for (let x = 0; x < this.width; x += 2) {
        let raised = 0;
        for (const [bit, [right, down]] of BRAILLE_DOTS.entries()) {
          if (this.get(x + right, y + down) !== 0) raised |= 1 << bit;
        }
        text += String.fromCharCode(0xe2, 0xa0 | (raised >> 6), 0x80 | (raised & 0x3f));
      }
      text += "\n";
    }
    return text;
  }

  /** Lines of blanks on grey, 0 black to 3 white. */
  shades(): string {
    let text = "";
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        text += `\x1b[${SHADES[this.get(x, y)] ?? ""} \x1b[0m`;
      }
      text += "\n";
    }
    return text;
  }
}

/** Right and down of each of a character's eight dots, in the order of its bits. */
const BRAILLE_DOTS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 3],
  [1, 3],
];

const SHADES: readonly string[] = ["0;30;40m", "0;90;100m", "0;37;47m", "0;97;107m"];

const MARGIN = 2;

/** Squares side by side, which turn and slide the more the lower they stand. */
// oxlint-disable-next-line max-params -- what LOLWUT lets a client say, and the chance in it
export function drawSquares(
  columns: number,
  perRow: number,
  rows: number,
  random: () => number,
): Canvas {
  const width = columns * 2;
  const side = (width - MARGIN * 2) / perRow;
  const canvas = new Canvas(width, Math.max(1, Math.floor(side * rows) + MARGIN * 2), 0);
  for (let row = 0; row < rows; row++) {
    const disorder = row < 2 ? 0 : row / rows;
    const stray = (): number => (random() * 2 - 1) * disorder;
    for (let place = 0; place < perRow; place++) {
      const x = MARGIN + side * (place + 0.5) + (stray() * side) / 3;
      const y = MARGIN + side * (row + 0.5) + (stray() * side) / 3;
      drawSquare(canvas, x, y, side / 2, stray());
    }
  }
  return canvas;
}

// oxlint-disable-next-line max-params -- a centre, a size, a turn
function drawSquare(canvas: Canvas, x: number, y: number, half: number, turn: number): void {
  const along = Math.cos(turn) * half;
  const across = Math.sin(turn) * half;
  // Corners of a square around the origin, turned: each is the one before, a quarter further.
  let [cornerX, cornerY] = [along - across, along + across];
  for (let edge = 0; edge < 4; edge++) {
    const [nextX, nextY] = [-cornerY, cornerX];
    canvas.line(x + cornerX, y + cornerY, x + nextX, y + nextY);
    [cornerX, cornerY] = [nextX, nextY];
  }
}

const NIGHT = 0;
const FURTHEST = 2;

/** Houses in three layers, the nearest black and with windows. */
export function drawSkyline(canvas: Canvas, random: () => number): void {
  const upTo = (most: number): number => Math.floor(random() * most);
  for (let shade = FURTHEST; shade >= NIGHT; shade--) {
    const isNear = shade === NIGHT;
    for (let x = upTo(8) - 10; x < canvas.width;) {
      const width = isNear ? 5 + upTo(14) : 10 + upTo(9);
      const height = Math.floor(canvas.height * (isNear ? 1 / 3 : 1 / 2)) + upTo(canvas.height / 2);
      drawHouse(canvas, x, width, height, shade);
      if (isNear) drawWindows(canvas, x, width, height, upTo);
      x += width + upTo(8);
    }
  }
}

// oxlint-disable-next-line max-params -- a place, a size, a shade
function drawHouse(
  canvas: Canvas,
  left: number,
  width: number,
  height: number,
  shade: number,
): void {
  for (let y = canvas.height - height; y < canvas.height; y++) {
    for (let x = left; x < left + width; x++) canvas.set(x, y, shade);
  }
}

// oxlint-disable-next-line max-params -- the house, and the chance in its light
function drawWindows(
  canvas: Canvas,
  left: number,
  width: number,
  height: number,
  upTo: (most: number) => number,
): void {
  for (let y = canvas.height - height + 2; y < canvas.height - 1; y += 2) {
    for (let x = left + 2; x < left + width - 2; x += 4) {
      const shade = 1 + upTo(2);
      canvas.set(x, y, shade);
      canvas.set(x + 1, y, shade);
    }
  }
}
