/** LOLWUT: draws something, and tells the version. */
import { redisVersion } from "./connection.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";
import { Canvas, drawSkyline, drawSquares } from "./picture.ts";

/**
 * LOLWUT [VERSION version [arg …]]
 * Replies: verbatim text; of version 5 squares that fall into disorder (columns, squares a row, rows of squares), of version 6 a skyline
 * (columns, rows), then the version; -ERR for words that are no numbers. Record: none.
 * @see https://redis.io/docs/latest/commands/lolwut/
 */
export function lolwut(context: CommandContext, argv: readonly string[]): void {
  const isVersioned = argv.length >= 3 && argv[1]?.toUpperCase() === "VERSION";
  const version = isVersioned ? integerArgument(context, argv[2] ?? "") : 7;
  if (version === undefined) return;
  const last = `Redis ver. ${redisVersion}\n`;
  if (version === 5) {
    const [columns, perRow, rows] = limited(context, argv, [66, 8, 12], [1000, 200, 200]);
    if (columns === undefined || perRow === undefined || rows === undefined) return;
    const squares = drawSquares(columns, perRow, rows, context.random);
    return context.reply.verbatim(
      "txt",
      `${squares.dots()}\nSquares that fall into disorder, after Georg Nees, 1968. ${last}`,
    );
  }
  if (version === 6) {
    const [columns, rows] = limited(context, argv, [80, 20], [1000, 1000]);
    if (columns === undefined || rows === undefined) return;
    const city = new Canvas(columns, rows, 3);
    drawSkyline(city, context.random);
    return context.reply.verbatim("txt", `${city.shades()}\nA city by night. ${last}`);
  }
  context.reply.verbatim("txt", last);
}

/** The numbers behind LOLWUT VERSION n, each from 1 to its most; the first ones that are no numbers are answered and end the list. */
function limited(
  context: CommandContext,
  argv: readonly string[],
  defaults: readonly number[],
  most: readonly number[],
): number[] {
  const numbers: number[] = [];
  for (const [index, usual] of defaults.entries()) {
    const word = argv[3 + index];
    const value = word === undefined ? usual : integerArgument(context, word);
    if (value === undefined) return [];
    numbers.push(Math.min(Math.max(value, 1), most[index] ?? 1));
  }
  return numbers;
}
