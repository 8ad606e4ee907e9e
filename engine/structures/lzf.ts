/**
 * LZF, the compression of strings in RDB files and DUMP's payloads (the format of Marc Lehmann's LibLZF):
 *
 *     000LLLLL                    L + 1 literal bytes follow
 *     LLLooooo oooooooo           L + 2 bytes (L of 1 to 6) from o + 1 bytes back in the output
 *     111ooooo LLLLLLLL oooooooo  L + 9 bytes from o + 1 bytes back
 *
 * What is found is what LibLZF finds with its table of 2^16 places cleared, so that payloads are equal to Redis's.
 */

const LITERALS = 32;
const MOST_BACK = 1 << 13;
const LONGEST_MATCH = 264;
const PLACES = 1 << 16;
const LAST_BASE: number = 2 ** 30;

/** Compresses one input after another; what it keeps between them is its table, which no output depends on. */
export class LzfCompressor {
  /** Where each hash of three bytes was seen last, counted from `base`; what is not above `base` is of earlier inputs. */
  private readonly seen: Int32Array = new Int32Array(PLACES);
  private base = 0;

  /** Compresses input[start, end) into the first `limit` bytes of `output`; returns the length, 0 if it does not fit. */
  compress(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    limit: number,
  ): number {
    const { seen } = this;
    const base = this.nextBase(end - start) - start;
    let from = start;
    /** The byte of the open run's length stands in front of its `literals` bytes. */
    let to = 1;
    let literals = 0;
    while (from < end - 2) {
      const place = placeOf(input, from);
      const earlier = at(seen, place) - base;
      seen[place] = from + base;
      const back = from - earlier - 1;
      if (back < MOST_BACK && earlier > start && isMatch(input, earlier, from)) {
        if (to + 4 - (literals === 0 ? 1 : 0) >= limit) return 0;
        to = closeRun(output, to, literals);
        literals = 0;
        const length = matchLength(input, earlier, from, end);
        to = writeMatch(output, to, back, length) + 1;
        from += length;
        if (from >= end - 2) break;
        seen[placeOf(input, from - 2)] = from - 2 + base;
        seen[placeOf(input, from - 1)] = from - 1 + base;
      } else {
        if (to >= limit) return 0;
        output[to++] = at(input, from++);
        if (++literals === LITERALS) {
          to = closeRun(output, to, literals) + 1;
          literals = 0;
        }
      }
    }
    if (to + 3 > limit) return 0;
    while (from < end) {
      output[to++] = at(input, from++);
      if (++literals === LITERALS) {
        to = closeRun(output, to, literals) + 1;
        literals = 0;
      }
    }
    return closeRun(output, to, literals);
  }

  /** Positions of the next input lie above all of the inputs before. */
  private nextBase(lengthBytes: number): number {
    const base = this.base;
    if (base + lengthBytes > LAST_BASE) {
      this.seen.fill(0);
      this.base = lengthBytes;
      return 0;
    }
    this.base = base + lengthBytes;
    return base;
  }
}

/** Decompresses input[start, end) into all of `output`; false if the input is damaged or of another length. */
export function lzfDecompress(
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
): boolean {
  let from = start;
  let to = 0;
  while (from < end) {
    const control = at(input, from++);
    if (control < LITERALS) {
      const length = control + 1;
      if (from + length > end || to + length > output.length) return false;
      output.set(input.subarray(from, from + length), to);
      from += length;
      to += length;
      continue;
    }
    let length = control >> 5;
    if (length === 7) {
      if (from >= end) return false;
      length += at(input, from++);
    }
    if (from >= end) return false;
    let earlier = to - ((control & 0x1f) << 8) - 1 - at(input, from++);
    length += 2;
    if (earlier < 0 || to + length > output.length) return false;
    for (const copiedEnd = to + length; to < copiedEnd;) output[to++] = at(output, earlier++);
  }
  return to === output.length;
}

function at(bytes: Uint8Array | Int32Array, index: number): number {
  return bytes[index] as number;
}

function placeOf(input: Uint8Array, index: number): number {
  const three = (at(input, index) << 16) | (at(input, index + 1) << 8) | at(input, index + 2);
  return ((three >>> 8) - three * 5) & (PLACES - 1);
}

function isMatch(input: Uint8Array, earlier: number, from: number): boolean {
  return (
    at(input, earlier) === at(input, from) &&
    at(input, earlier + 1) === at(input, from + 1) &&
    at(input, earlier + 2) === at(input, from + 2)
  );
}

/** Three or more. Matches stop two bytes before the end, unless they came near it within their first 18. */
function matchLength(input: Uint8Array, earlier: number, from: number, end: number): number {
  const most = Math.min(end - from - 2, LONGEST_MATCH);
  let length = 3;
  if (most > 16) {
    while (length < 19) {
      if (at(input, earlier + length) !== at(input, from + length)) return length;
      length++;
    }
  }
  while (length < most && at(input, earlier + length) === at(input, from + length)) length++;
  return length;
}

/** Writes the length of the run that ends before `to`; returns where the next thing stands: a run of nothing leaves no byte. */
function closeRun(output: Uint8Array, to: number, literals: number): number {
  if (literals === 0) return to - 1;
  output[to - literals - 1] = literals - 1;
  return to;
}

function writeMatch(output: Uint8Array, to: number, back: number, length: number): number {
  let next = to;
  const extra = length - 2;
  if (extra < 7) {
    output[next++] = (back >> 8) + (extra << 5);
  } else {
    output[next++] = (back >> 8) + (7 << 5);
    output[next++] = extra - 7;
  }
  output[next++] = back & 0xff;
  return next;
}
