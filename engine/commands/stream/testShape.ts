/** A reply of RESP2 as nested lists, for tests: nulls, statuses and errors are told with their mark. */
export type Shape = string | number | readonly Shape[];

export function shapeOf(reply: string): Shape {
  const reader = { at: 0 };
  const shape = readShape(reply, reader);
  if (reader.at !== reply.length) throw new Error(`more than one reply: ${reply}`);
  return shape;
}

function readShape(reply: string, reader: { at: number }): Shape {
  const end = reply.indexOf("\r\n", reader.at);
  const line = reply.slice(reader.at, end);
  reader.at = end + 2;
  const text = line.slice(1);
  const count = Number(text);
  if (line.startsWith(":")) return Number.isSafeInteger(count) ? count : `big:${text}`;
  if (text === "-1" || line.startsWith("+") || line.startsWith("-")) return line;
  if (line.startsWith("$")) {
    reader.at += count + 2;
    return reply.slice(reader.at - count - 2, reader.at - 2);
  }
  return Array.from({ length: count }, () => readShape(reply, reader));
}
