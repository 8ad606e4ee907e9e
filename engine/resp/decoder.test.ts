import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1Bytes } from "../bytes/latin1.ts";
import { RequestDecoder } from "./decoder.ts";

interface Decoded {
  readonly requests: string[][];
  readonly failure: string | undefined;
}

function decode(...pieces: readonly string[]): Decoded {
  const decoder = new RequestDecoder();
  const requests: string[][] = [];
  for (const piece of pieces) {
    decoder.push(latin1Bytes(piece));
    for (let argv = decoder.next(); argv !== undefined; argv = decoder.next()) requests.push(argv);
  }
  return { requests, failure: decoder.failure };
}

function encode(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

const word = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));

describe("RequestDecoder", () => {
  it("reads arrays of bulk strings, whatever bytes they hold", () => {
    expect(decode("*2\r\n$3\r\nGET\r\n$4\r\n\0\xff\r\n\r\n")).toEqual({
      requests: [["GET", "\0\xff\r\n"]],
      failure: undefined,
    });
  });

  it("tells first words apart that are alike, whatever came before", () => {
    const long = "n".repeat(33);
    const names = ["GET", "GET", "SET", "get", "GETS", "GET", "", "GET", long, long, `${long}n`];
    const requests = names.map((name) => [name, "GET"]);
    expect(decode(requests.map(encode).join("")).requests).toEqual(requests);
  });

  it("reads inline commands with quotes", () => {
    const line = `SET k "a b\\x41\\n\\"" 'it\\'s' plain\r\n`;
    expect(decode(line).requests).toEqual([["SET", "k", 'a bA\n"', "it's", "plain"]]);
  });

  it("skips what C takes for blanks in front of words, and ends words at fewer of them, as Redis does", () => {
    expect(decode("\v\fECHO \v a\vb\f\r\n").requests).toEqual([["ECHO", "a\vb\f"]]);
  });

  it("passes over empty lines and empty arrays", () => {
    expect(decode("\r\n*0\r\n*-1\r\n\nPING\n").requests).toEqual([["PING"]]);
  });

  it("gives the same requests however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(80), { maxLength: 8 }),
        (requests, cuts) => {
          const stream = requests.map((argv) => encode(argv)).join("");
          const points = cuts.map((cut) => cut % (stream.length + 1)).toSorted((a, b) => a - b);
          const pieces: string[] = [];
          let from = 0;
          for (const point of [...points, stream.length]) {
            pieces.push(stream.slice(from, point));
            from = point;
          }
          expect(decode(...pieces)).toEqual({ requests, failure: undefined });
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it("gives the same requests and the same failure of any bytes, however they are cut", () => {
    const scrap = fc.oneof(
      { weight: 6, arbitrary: fc.array(word, { minLength: 1, maxLength: 3 }).map(encode) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          "PING\r\n",
          "\n",
          '"',
          "'",
          "\\x4",
          "*2\r\n",
          "$3\r\n",
          "*-1\r\n",
        ),
      },
      { weight: 1, arbitrary: word },
    );
    const seen = { requests: 0, failures: 0 };
    fc.assert(
      fc.property(
        fc.array(scrap, { maxLength: 10 }),
        fc.array(fc.nat(200), { maxLength: 10 }),
        (scraps, cuts) => {
          const stream = scraps.join("");
          const whole = decode(stream);
          const points = cuts.map((cut) => cut % (stream.length + 1)).toSorted((a, b) => a - b);
          const pieces = [...points, stream.length].map((point, index) =>
            stream.slice(points[index - 1] ?? 0, point),
          );
          expect(decode(...pieces)).toEqual(whole);
          expect(decode(...stream.split(""))).toEqual(whole);
          seen.requests += whole.requests.length;
          if (whole.failure !== undefined) seen.failures += 1;
        },
      ),
      { seed: 1, numRuns: 500 },
    );
    expect(seen.requests).toBeGreaterThan(500);
    expect(seen.failures).toBeGreaterThan(50);
  });

  it("gives the same requests and the same failure when cut at every byte", () => {
    const streams = [
      'SET k "two words"\r\n*1\r\n$4\r\nPING\r\n\r\nECHO x\r\n',
      "*1\r\n$4\r\nPING\r\n*1\r\n$x\r\n",
      'PING\r\nSET k "unbalanced\r\nPING\r\n',
    ];
    for (const stream of streams) {
      const whole = decode(stream);
      expect(whole.requests.length).toBeGreaterThan(0);
      for (let cut = 1; cut < stream.length; cut++) {
        expect(decode(stream.slice(0, cut), stream.slice(cut))).toEqual(whole);
      }
      expect(decode(...stream.split(""))).toEqual(whole);
    }
  });

  it("puts a large argument together from many small pieces", () => {
    const value = "0123456789abcdef".repeat(1 << 17);
    const stream = encode(["SET", "k", value]);
    const pieces: string[] = [];
    for (let at = 0; at < stream.length; at += 1000) pieces.push(stream.slice(at, at + 1000));
    const { requests } = decode(...pieces);
    expect(requests[0]?.[2] === value).toBe(true);
  });

  it("keeps what it was given apart from what comes later", () => {
    const decoder = new RequestDecoder();
    const first = latin1Bytes("*1\r\n$4\r\nPI");
    decoder.push(first);
    expect(decoder.next()).toBeUndefined();
    decoder.push(latin1Bytes("NG\r\n*1\r\n$4\r\nQUIT\r\n"));
    expect(decoder.next()).toEqual(["PING"]);
    expect(decoder.next()).toEqual(["QUIT"]);
    expect(first).toEqual(latin1Bytes("*1\r\n$4\r\nPI"));
    expect(decoder.bufferedBytes).toBe(0);
  });

  it("takes only small requests of a client that has not given the password", () => {
    const refused = (stream: string): [readonly string[] | undefined, string | undefined] => {
      const decoder = new RequestDecoder();
      decoder.isTrusted = false;
      decoder.push(latin1Bytes(stream));
      return [decoder.next(), decoder.failure];
    };
    expect(refused("*11\r\n")).toEqual([undefined, "unauthenticated multibulk length"]);
    expect(refused("*1\r\n$16385\r\n")).toEqual([undefined, "unauthenticated bulk length"]);
    const words = Array.from({ length: 10 }, () => "x".repeat(16_384));
    const largest = `*10\r\n${words.map((text) => `$16384\r\n${text}\r\n`).join("")}`;
    expect(refused(largest)).toEqual([words, undefined]);
  });

  const failures: readonly (readonly [string, string])[] = [
    ["*x\r\n", "invalid multibulk length"],
    ["*2147483648\r\n", "invalid multibulk length"],
    ["*+1\r\n", "invalid multibulk length"],
    ["*1\r\nx4\r\nPING\r\n", "expected '$', got 'x'"],
    ["*1\r\n$-1\r\n", "invalid bulk length"],
    ["*1\r\n$536870913\r\n", "invalid bulk length"],
    [`*1\r\n$04\r\nPING\r\n`, "invalid bulk length"],
    [`*${"1".repeat(65_536)}`, "too big mbulk count string"],
    [`*1\r\n$${"1".repeat(65_536)}`, "too big bulk count string"],
    [`PING ${"a".repeat(65_536)}`, "too big inline request"],
    ["PING 'a\r\n", "unbalanced quotes in request"],
    ["PING 'a'b\r\n", "unbalanced quotes in request"],
  ];

  for (const [stream, failure] of failures) {
    it(`fails on ${JSON.stringify(stream.slice(0, 24))} with "${failure}"`, () => {
      expect(decode(stream)).toEqual({ requests: [], failure });
      expect(decode("PING\r\n", stream, "PING\r\n").requests).toEqual([["PING"]]);
    });
  }
});
