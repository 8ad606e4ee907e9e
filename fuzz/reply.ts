/** Replies as trees: what a stream of RESP2 or RESP3 says, in whole frames. */

/** `text`: the line or the string behind the mark, without line ends; "-1" of a null bulk string or array. */
export interface Reply {
  readonly mark: string;
  readonly text: string;
  readonly items: readonly Reply[];
  /** All of its bytes. */
  readonly raw: string;
}

const ARRAYS = "*~>%";

/**
 * The whole frames at the start of a stream, and what stands behind them. Pushes in the middle of a frame come in front of it:
 * mostly they are not counted there, but what SUBSCRIBE says in a transaction is one of its answers.
 */
export function framesOf(stream: string): { frames: Reply[]; rest: string } {
  const usual = framesBy(stream, false);
  if (usual.rest === "") return usual;
  const counted = framesBy(stream, true);
  return counted.rest === "" ? counted : usual;
}

function framesBy(stream: string, countsPushes: boolean): { frames: Reply[]; rest: string } {
  const frames: Reply[] = [];
  let at = 0;
  for (;;) {
    const end = endOf(stream, at, countsPushes);
    if (end < 0) return { frames, rest: stream.slice(at) };
    const frame = frameAt(stream, at, countsPushes, frames);
    frames.push(frame);
    at = end;
  }
}

/** Where the frame that starts here ends; -1 if it is not whole. */
export function endOf(stream: string, start: number, countsPushes = false): number {
  const lineEnd = stream.indexOf("\r\n", start);
  if (lineEnd < 0) return -1;
  const mark = stream.charAt(start);
  const count = Number(stream.slice(start + 1, lineEnd));
  let at = lineEnd + 2;
  if (mark === "$" || mark === "=") {
    if (count < 0) return at;
    at += count + 2;
    return at <= stream.length ? at : -1;
  }
  if (!ARRAYS.includes(mark)) return at;
  for (let left = mark === "%" ? count * 2 : count; left > 0;) {
    if (countsPushes || mark === ">" || stream.charAt(at) !== ">") left--;
    at = endOf(stream, at, countsPushes);
    if (at < 0) return -1;
  }
  return at;
}

function frameAt(stream: string, start: number, countsPushes: boolean, pushes: Reply[]): Reply {
  const end = endOf(stream, start, countsPushes);
  const lineEnd = stream.indexOf("\r\n", start);
  const mark = stream.charAt(start);
  const line = stream.slice(start + 1, lineEnd);
  if (!ARRAYS.includes(mark)) {
    const isText = (mark === "$" || mark === "=") && line !== "-1";
    const text = isText ? stream.slice(lineEnd + 2, end - 2) : line;
    return { mark, text, items: [], raw: stream.slice(start, end) };
  }
  const items: Reply[] = [];
  for (let at = lineEnd + 2; at < end;) {
    const itemEnd = endOf(stream, at, countsPushes);
    const item = frameAt(stream, at, countsPushes, pushes);
    if (item.mark === ">" && mark !== ">" && !countsPushes) pushes.push(item);
    else items.push(item);
    at = itemEnd;
  }
  const head = stream.slice(start, lineEnd + 2);
  return { mark, text: line, items, raw: head + items.map(({ raw }) => raw).join("") };
}

const messageKinds: ReadonlySet<string> = new Set([
  "message",
  "pmessage",
  "smessage",
  "subscribe",
  "psubscribe",
  "ssubscribe",
  "unsubscribe",
  "punsubscribe",
  "sunsubscribe",
]);

/** A message by a pattern: its kind, the pattern, the channel and the text. */
const MOST_ITEMS = 4;

/** A message of a channel, or what is said of listening to one: no answer. */
export function isPush({ mark, items }: Reply): boolean {
  if (mark === ">") return true;
  return mark === "*" && items.length <= MOST_ITEMS && messageKinds.has(items[0]?.text ?? "");
}
