/** Frames that no client should send: requests cut short, changed, or never meant to be any. By seed, the same again. */
import { randomBytesOf, type Draw } from "./draw.ts";

/** Requests that change nothing, so that the log does not grow by what is tried here. */
const REQUESTS: readonly (readonly string[])[] = [
  ["PING"],
  ["GET", "key"],
  ["MGET", "a", "b", "c"],
  ["ECHO", "x".repeat(300)],
  ["LRANGE", "list", "0", "-1"],
  ["ZRANGEBYSCORE", "zset", "(1", "+inf", "LIMIT", "0", "10"],
  ["XRANGE", "stream", "-", "+"],
  ["COMMAND", "INFO", "get"],
  ["CLIENT", "GETNAME"],
  ["OBJECT", "ENCODING", "key"],
];

/** Counts and lengths that are none, or larger than anything. */
const NUMBERS: readonly string[] = [
  "-1",
  "-0",
  "0",
  "00",
  "+1",
  "1.5",
  "1e9",
  "0x10",
  " 1",
  "",
  "-2147483648",
  "2147483647",
  "2147483648",
  "4294967296",
  "9223372036854775807",
  "9223372036854775808",
  "536870888",
  "536870913",
  "1".repeat(70),
  "nan",
  "\0",
];

/** How RESP3 writes values: sent to a server they are inline requests. */
const RESP3: readonly string[] = [
  "%1\r\n+a\r\n:1\r\n",
  "~2\r\n:1\r\n:2\r\n",
  ">2\r\n+message\r\n+x\r\n",
  "|1\r\n+ttl\r\n:1\r\n",
  "_\r\n",
  "#t\r\n",
  ",1.5\r\n",
  "(123456789012345678901234567890\r\n",
  "=8\r\ntxt:text\r\n",
  "!5\r\nERR x\r\n",
  "+OK\r\n",
  ":1\r\n",
  "-ERR no\r\n",
];

type Maker = (draw: Draw) => string;

const makers: Readonly<Record<string, Maker>> = {
  whole: (draw) => requestOf(draw),
  truncated: (draw) => {
    const frame = requestOf(draw);
    return frame.slice(0, draw.below(frame.length));
  },
  mutated: (draw) => {
    let frame = requestOf(draw);
    for (let left = 1 + draw.below(4); left > 0; left--) {
      const at = draw.below(frame.length);
      frame = frame.slice(0, at) + String.fromCharCode(draw.below(256)) + frame.slice(at + 1);
    }
    return frame;
  },
  count: (draw) => `*${draw.from(NUMBERS)}\r\n${requestOf(draw)}`,
  length: (draw) =>
    `*2\r\n$4\r\nECHO\r\n$${draw.from(NUMBERS)}\r\n${"y".repeat(draw.below(40))}\r\n`,
  mark: (draw) => `*1\r\n${draw.from([":4", "+PING", "*1", "%4", "-1", "\0", "$ 4"])}\r\nPING\r\n`,
  resp3: (draw) => draw.from(RESP3),
  nested: (draw) => "*1\r\n".repeat(1 + draw.below(50)) + "$4\r\nPING\r\n",
  inline: (draw) =>
    `${draw.from(['PING "a', "PING 'a", 'ECHO "\\x4"', "  ", "GET key key", '"" x'])}\r\n`,
  line: (draw) => `${draw.from(["PING ", "*", "$"])}${"z".repeat(60_000 + draw.below(12_000))}\n`,
  zeros: (draw) => "\0".repeat(1 + draw.below(100)),
  noise: (draw) => randomBytesOf(draw, 1 + draw.below(200)),
  split: (draw) => requestOf(draw).replaceAll("\r\n", draw.from(["\n", "\r", "\r\r\n", "\n\r"])),
};

const frameKinds: readonly string[] = Object.keys(makers);

/** A frame as latin1 text. Long lines are rare, since they are long. */
export function makeFrame(draw: Draw): string {
  const kind = draw.from(frameKinds);
  if (kind === "line" && draw.below(50) > 0) return makeFrame(draw);
  return (makers[kind] as Maker)(draw);
}

function requestOf(draw: Draw): string {
  const words = draw.from(REQUESTS);
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}
