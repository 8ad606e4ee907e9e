/** Records against a model: written, cut into the chunks of tiny entries, put together again, and carried out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { openFrame } from "../bytes/frame.ts";
import { latin1Of } from "../bytes/latin1.ts";
import type { Effects } from "../contract.ts";
import { Assembler } from "../failover/assembler.ts";
import { Databases } from "../keyspace/databases.ts";
import { Keyspace, NEVER } from "../keyspace/keyspace.ts";
import { textOf, type StringValue } from "../keyspace/value.ts";
import { LogAppender } from "../log/client/appender.ts";
import { decodeEntry, type LogEntry, logStart } from "../log/entry.ts";
import { decodeAppend } from "../log/messages.ts";
import { seededRandom } from "../log/testCluster.ts";
import { defaultTiming } from "../timing.ts";
import { applyRecord } from "./apply.ts";
import { RecordWriter } from "./record.ts";

type Change =
  | { readonly f: "set"; readonly key: string; readonly text: string; readonly until: number }
  | { readonly f: "append"; readonly key: string; readonly text: string }
  | { readonly f: "setRange"; readonly key: string; readonly offset: number; readonly text: string }
  | { readonly f: "expire"; readonly key: string; readonly until: number }
  | { readonly f: "delete"; readonly key: string }
  | { readonly f: "rename" | "copy"; readonly key: string; readonly to: string }
  | { readonly f: "flush" };

const key = fc.constantFrom("a", "b", "c", "\xff\0");
const text = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));
const until = fc.oneof(fc.constant(NEVER), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const f = <Name extends Change["f"]>(name: Name): fc.Arbitrary<Name> => fc.constant(name);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ f: f("set"), key, text, until }) },
  { weight: 2, arbitrary: fc.record({ f: f("append"), key, text }) },
  { weight: 2, arbitrary: fc.record({ f: f("setRange"), key, offset: fc.nat(60), text }) },
  { weight: 2, arbitrary: fc.record({ f: f("expire"), key, until }) },
  { weight: 2, arbitrary: fc.record({ f: f("delete"), key }) },
  { weight: 1, arbitrary: fc.record({ f: f("rename"), key, to: key }) },
  { weight: 2, arbitrary: fc.record({ f: f("copy"), key, to: key }) },
  { weight: 1, arbitrary: fc.record({ f: f("flush") }) },
);

type Contents = Map<string, { readonly text: string; readonly until: number }>;

/** What a change makes of a map; false where the record's rules forbid it (the key must be there). */
function model(contents: Contents, one: Change): boolean {
  if (one.f === "flush") {
    contents.clear();
    return true;
  }
  const there = contents.get(one.key);
  switch (one.f) {
    case "set":
      contents.set(one.key, { text: one.text, until: one.until });
      return true;
    case "append":
      contents.set(one.key, {
        text: (there?.text ?? "") + one.text,
        until: there?.until ?? NEVER,
      });
      return true;
    case "setRange": {
      const padded = (there?.text ?? "").padEnd(one.offset, "\0");
      const after = one.offset + one.text.length;
      const whole = padded.slice(0, one.offset) + one.text + padded.slice(after);
      contents.set(one.key, { text: whole, until: there?.until ?? NEVER });
      return true;
    }
    case "expire":
    case "delete":
    case "rename":
    case "copy":
      return there !== undefined && modelOfPresent(contents, one, there);
  }
}

function modelOfPresent(
  contents: Contents,
  one: Extract<Change, { f: "expire" | "delete" | "rename" | "copy" }>,
  there: { readonly text: string; readonly until: number },
): boolean {
  switch (one.f) {
    case "expire":
      contents.set(one.key, { ...there, until: one.until });
      return true;
    case "delete":
      return contents.delete(one.key);
    case "rename":
      contents.delete(one.key);
      contents.set(one.to, there);
      return true;
    case "copy":
      if (one.key === one.to) return false; // the command refuses it before a record is written
      contents.set(one.to, there);
      return true;
  }
}

function write(record: RecordWriter, one: Change): void {
  switch (one.f) {
    case "set":
      return record.set(one.key, one.text, one.until);
    case "append":
      return record.append(one.key, one.text);
    case "setRange":
      return record.setRange(one.key, one.offset, one.text);
    case "expire":
      return record.expire(one.key, one.until);
    case "delete":
      return record.delete(one.key);
    case "rename":
      return record.rename(one.key, one.to);
    case "copy":
      return record.copy(one.key, one.to);
    case "flush":
      return record.flush();
  }
}

/** The entries that an appender makes of some payloads. */
function entriesOf(payloads: readonly Uint8Array[], entryBytes: number): LogEntry[] {
  const entries: LogEntry[] = [];
  const send = (_: string, frame: Uint8Array): void => {
    for (const bytes of must(decodeAppend(openFrame(frame).body), "append").entries)
      entries.push(must(decodeEntry(bytes.slice()), "entry"));
  };
  const logNodes = [{ nodeId: "log-a", zone: "a" }];
  const timing = { ...defaultTiming, entryBytes };
  const config = { shard: 0, zone: "a", logNodes, timing, random: seededRandom(1) };
  const appender = new LogAppender(config, 9, 1);
  appender.reset(logStart);
  for (const payload of payloads) appender.append("effects", 1, 0, payload);
  appender.flush({ monotonicUs: 0, unixUs: 0 }, { send } as unknown as Effects);
  return entries;
}

function contentsOf(keyspace: Keyspace): Contents {
  const contents: Contents = new Map();
  keyspace.forEach((name, value, expireAtUnixMs) =>
    contents.set(name, { text: textOf(value as StringValue), until: expireAtUnixMs }),
  );
  return contents;
}

describe("records", () => {
  it("rule 5: make of a keyspace what their changes make of a map, whatever chunks the log cut them into", () => {
    const sum = { changes: 0, chunks: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.array(change, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 50, max: 200 }),
        (records, entryBytes) => {
          const contents: Contents = new Map();
          const payloads: Uint8Array[] = [];
          for (const changes of records) {
            const record = new RecordWriter();
            for (const one of changes) {
              if (!model(contents, one)) continue;
              write(record, one);
              sum.changes += 1;
            }
            const payload = record.take();
            if (payload !== undefined) payloads.push(payload);
          }
          if (payloads.length === 0) return;
          const databases = new Databases();
          const assembler = new Assembler();
          const whole: string[] = [];
          for (const entry of entriesOf(payloads, entryBytes)) {
            expect(entry.bytes.length).toBeLessThanOrEqual(entryBytes);
            sum.chunks += 1;
            const payload = assembler.add(entry);
            if (payload === undefined) continue;
            whole.push(latin1Of(payload));
            applyRecord(databases, payload);
          }
          expect(assembler.isEmpty).toBe(true);
          expect(whole).toEqual(payloads.map((payload) => latin1Of(payload)));
          expect(contentsOf(databases.get(0))).toEqual(contents);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
    expect(sum.changes).toBeGreaterThan(1500);
    expect(sum.chunks).toBeGreaterThan(2000);
  });
});
