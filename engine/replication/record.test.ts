import { describe, expect, it } from "vitest";
import { Databases } from "../keyspace/databases.ts";
import { ByteString } from "../keyspace/values/byteString.ts";
import { NEVER } from "../keyspace/keyspace.ts";
import { told } from "../commands/testExecutor.ts";
import { applyRecord } from "./apply.ts";
import { RecordWriter } from "./record.ts";

function written(write: (record: RecordWriter) => void): string {
  const record = new RecordWriter();
  write(record);
  return (record.take() ?? new Uint8Array(0)).join(" ");
}

describe("the record", () => {
  it("has the layout that is drawn above it", () => {
    expect(written((record) => record.set("k", "\xff", 258))).toBe(
      "1 1 0 0 0 107 2 1 0 0 0 0 0 0 0 1 0 0 0 255",
    );
    expect(
      written((record) => {
        record.setRange("k", 3, "x");
        record.expire("k", NEVER);
        record.flush();
      }),
    ).toBe("3 1 0 0 0 107 3 0 0 0 1 0 0 0 120 5 1 0 0 0 107 9");
  });

  it("is nothing if nothing changed, and empty again once taken", () => {
    const record = new RecordWriter();
    expect(record.take()).toBeUndefined();
    record.delete("k");
    expect(record.isEmpty).toBe(false);
    expect(record.take()?.length).toBe(6);
    expect(record.take()).toBeUndefined();
  });

  it("is carried out whole and in order", () => {
    const record = new RecordWriter();
    record.set("a", "1", 5000);
    record.append("a", "23");
    record.copy("a", "b");
    record.rename("b", "c");
    record.expire("c", NEVER);
    record.set("d", "x", NEVER);
    record.delete("d");
    const databases = new Databases();
    const keyspace = databases.get(0);
    applyRecord(databases, record.take() ?? new Uint8Array(0));
    const found: unknown[] = [];
    keyspace.forEach((key, value, expireAtUnixMs) =>
      found.push([key, told(value), expireAtUnixMs]),
    );
    expect(found).toEqual(
      expect.arrayContaining([
        ["a", told(new ByteString("123")), 5000],
        ["c", told(new ByteString("123")), NEVER],
      ]),
    );
    expect(keyspace.size).toBe(2);
  });

  it("fails an assertion if it is damaged", () => {
    expect(() => applyRecord(new Databases(), Uint8Array.of(99))).toThrow("unknown operation 99");
    expect(() =>
      applyRecord(new Databases(), Uint8Array.of(9, 2, 1, 0, 0, 0, 107, 200, 0, 0, 0)),
    ).toThrow("a record ends with its last operation");
  });
});
