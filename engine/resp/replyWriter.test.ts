import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { ReplyWriter } from "./replyWriter.ts";

/** What is written in RESP2 and in RESP3. */
function written(write: (writer: ReplyWriter) => void): [string, string] {
  const writer = new ReplyWriter();
  write(writer);
  const second = latin1Of(writer.take());
  writer.version = 3;
  write(writer);
  return [second, latin1Of(writer.take())];
}

describe("ReplyWriter", () => {
  const same: readonly (readonly [string, (writer: ReplyWriter) => void, string])[] = [
    ["a status", (writer) => writer.simple("OK"), "+OK\r\n"],
    ["an error", (writer) => writer.error("ERR no"), "-ERR no\r\n"],
    ["an integer", (writer) => writer.integer(-7), ":-7\r\n"],
    [
      "a 64-bit integer",
      (writer) => writer.integerText("9223372036854775807"),
      ":9223372036854775807\r\n",
    ],
    ["a bulk string", (writer) => writer.bulk("\xff\r\n"), "$3\r\n\xff\r\n\r\n"],
    ["an array", (writer) => writer.bulks(["a", ""]), "*2\r\n$1\r\na\r\n$0\r\n\r\n"],
  ];
  for (const [name, write, expected] of same) {
    it(`writes ${name} alike in both protocols`, () => {
      expect(written(write)).toEqual([expected, expected]);
    });
  }

  const different: readonly (readonly [string, (writer: ReplyWriter) => void, string, string])[] = [
    ["null", (writer) => writer.null(), "$-1\r\n", "_\r\n"],
    ["a null array", (writer) => writer.nullArray(), "*-1\r\n", "_\r\n"],
    ["a map", (writer) => writer.map(2), "*4\r\n", "%2\r\n"],
    ["a set", (writer) => writer.set(2), "*2\r\n", "~2\r\n"],
    ["a push", (writer) => writer.push(2), "*2\r\n", ">2\r\n"],
    ["true", (writer) => writer.boolean(true), ":1\r\n", "#t\r\n"],
    ["false", (writer) => writer.boolean(false), ":0\r\n", "#f\r\n"],
    ["a double", (writer) => writer.double(1.5), "$3\r\n1.5\r\n", ",1.5\r\n"],
    ["infinity", (writer) => writer.double(-Infinity), "$4\r\n-inf\r\n", ",-inf\r\n"],
    ["an attribute", (writer) => writer.attribute(1), "|1\r\n", "|1\r\n"],
    ["a big number", (writer) => writer.bigNumber("123"), "$3\r\n123\r\n", "(123\r\n"],
    [
      "verbatim text",
      (writer) => writer.verbatim("txt", "a\n"),
      "$2\r\na\n\r\n",
      "=6\r\ntxt:a\n\r\n",
    ],
  ];
  for (const [name, write, second, third] of different) {
    it(`writes ${name} as each protocol has it`, () => {
      expect(written(write)).toEqual([second, third]);
    });
  }

  it("grows for a large reply and starts anew after it", () => {
    const writer = new ReplyWriter();
    const text = "x".repeat(200_000);
    writer.bulk(text);
    expect(writer.take().length).toBe(text.length + 11);
    writer.simple("OK");
    expect(latin1Of(writer.take())).toBe("+OK\r\n");
  });

  it("takes back what was written behind a mark", () => {
    const writer = new ReplyWriter();
    writer.simple("A");
    const mark = writer.lengthBytes;
    writer.simple("B");
    writer.truncate(mark);
    expect(latin1Of(writer.take())).toBe("+A\r\n");
  });
});
