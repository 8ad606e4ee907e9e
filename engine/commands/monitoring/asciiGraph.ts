/** A series as columns of characters, with upright labels below: what LATENCY GRAPH draws. */

export interface GraphColumn {
  readonly value: number;
  readonly label: string;
}

const ROWS = 4;
/** Three heights a row, lowest first; a column that goes on above is drawn as a bar. */
const HEIGHTS = "_o#";
const STEPS: number = ROWS * HEIGHTS.length;

/** Lines with their ends. At most `width` columns stand side by side, the others below. */
export function asciiGraph(columns: readonly GraphColumn[], width: number): string {
  const values = columns.map(({ value }) => value);
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const parts: string[] = [];
  for (let from = 0; from < columns.length; from += width) {
    const part = columns.slice(from, from + width);
    const heights = part.map(({ value }) => heightOf(value - least, range));
    parts.push(linesOf(part, heights));
  }
  return parts.join("\n");
}

function heightOf(above: number, range: number): number {
  return Math.min(STEPS - 1, Math.floor((above * STEPS) / (range === 0 ? 1 : range)));
}

function linesOf(columns: readonly GraphColumn[], heights: readonly number[]): string {
  let text = "";
  for (let row = 0; row < ROWS; row++) {
    const floor = (ROWS - row - 1) * HEIGHTS.length;
    for (const height of heights) text += charAt(height - floor);
    text += "\n";
  }
  text += `${" ".repeat(columns.length)}\n`;
  const longest = Math.max(...columns.map(({ label }) => label.length));
  for (let at = 0; at < longest; at++) {
    for (const { label } of columns) text += label.charAt(at) || " ";
    text += "\n";
  }
  return text;
}

function charAt(step: number): string {
  if (step < 0) return " ";
  return step < HEIGHTS.length ? HEIGHTS.charAt(step) : "|";
}
