import { describe, expect, it } from "vitest";
import type { RespValue } from "../../sim/live/respValue.ts";
import { answerText } from "./resp.ts";

const respText = (value: RespValue): string => answerText("GET k", value);
const bulk = (text: string): RespValue => ({ type: "bulk", text });

describe("a value of RESP, as redis-cli prints it", () => {
  it("one line for what is one thing", () => {
    expect(respText({ type: "simple", text: "OK" })).toBe("OK");
    expect(respText({ type: "integer", text: "-7" })).toBe("(integer) -7");
    expect(respText({ type: "error", text: "ERR no" })).toBe("(error) ERR no");
    expect(respText({ type: "null" })).toBe("(nil)");
    expect(respText({ type: "boolean", value: true })).toBe("(true)");
    expect(respText({ type: "double", text: "1.5" })).toBe("(double) 1.5");
  });

  it("bytes that are no plain text are escaped", () => {
    expect(respText(bulk('a"b\\\n\x00\xff'))).toBe('"a\\"b\\\\\\n\\x00\\xff"');
  });

  it("lists are numbered, and lists in lists are moved to the right", () => {
    const value: RespValue = {
      type: "array",
      items: [bulk("a"), { type: "array", items: [bulk("b"), bulk("c")] }],
    };
    expect(respText(value)).toBe('1) "a"\n2) 1) "b"\n   2) "c"');
  });

  it("numbers of long lists stand in a column", () => {
    const value: RespValue = { type: "set", items: Array.from({ length: 10 }, () => bulk("x")) };
    const lines = respText(value).split("\n");
    expect([lines[0], lines[9]]).toEqual([' 1~ "x"', '10~ "x"']);
  });

  it("maps show key and value", () => {
    const value: RespValue = {
      type: "map",
      items: [[bulk("k"), { type: "array", items: [bulk("a"), bulk("b")] }]],
    };
    expect(respText(value)).toBe('1# "k" => 1) "a"\n          2) "b"');
  });

  it("texts for people are printed as they are", () => {
    expect(answerText("INFO replication", bulk("# Replication\r\nrole:slave"))).toBe(
      "# Replication\nrole:slave",
    );
  });

  it("says so when nothing is in them", () => {
    expect(respText({ type: "array", items: [] })).toBe("(empty array)");
    expect(respText({ type: "map", items: [] })).toBe("(empty hash)");
  });
});
