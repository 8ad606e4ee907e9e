import { beforeEach, describe, expect, it } from "vitest";
import { CachedReadsCheck } from "./cachedReads.ts";
import { LogDisks } from "./log/logDisks.ts";
import { ValueIndex } from "./log/valueIndex.ts";
import type { CacheNews } from "./observer.ts";
import { EntryMaker, TestDisks } from "./testDisks.ts";
import { operationOf } from "./testOperations.ts";

const majority = ["log-a", "log-b"];
const key = "registers:0:{1}";

let check: CachedReadsCheck;
let disks: TestDisks;
let maker: EntryMaker;

beforeEach(() => {
  const values = new ValueIndex();
  check = new CachedReadsCheck(values, false);
  const nothing = (): void => {};
  const logDisks = new LogDisks(2, {
    stored: (_nowUs, stored) => values.add(stored),
    becameDurable: nothing,
    copied: nothing,
    lost: nothing,
    voted: nothing,
    removed: nothing,
    broken: nothing,
  });
  disks = new TestDisks({
    diskSynced: (nowUs, node, file, offset, bytes) =>
      logDisks.synced(nowUs, node, file, offset, bytes),
    diskReread: (nowUs, node, files) => logDisks.reread(nowUs, node, files),
  });
  maker = new EntryMaker();
  disks.append(1, majority, maker.leadership("db-0-a"));
});

function tell(sentUs: number, items: CacheNews["items"], isReadonly = false): void {
  check.told(sentUs + 5, "db-0-a", { connection: 1, isReadonly, items, sentUs });
}

function value(text: string | null, invokedUs: number): CacheNews["items"][number] {
  return { kind: "value", key, value: text, invokedUs };
}

const gone: CacheNews["items"][number] = { kind: "invalidated", keys: [key] };
const all: CacheNews["items"][number] = { kind: "invalidated", keys: undefined };

/** A SET that was acknowledged. */
function written(text: string, invokedUs: number, repliedUs: number): void {
  const input = { f: "set", key, value: text } as const;
  const operation = operationOf(input, null, invokedUs, repliedUs + 5, "ok");
  check.operationCompleted({ ...operation, repliedUs });
}

describe("cached reads", () => {
  it("hold where every change is told in time", () => {
    disks.append(10, majority, maker.set(key, "v1"));
    tell(20, [value("v1", 15)]);
    tell(30, [value("v1", 25)]);
    disks.append(40, majority, maker.set(key, "v2"));
    written("v2", 35, 41);
    tell(41, [gone]);
    tell(60, [value("v2", 50)]);
    tell(70, [all, value("v3", 65)]);
    expect(check.finish()).toMatchObject({ verdict: "ok", examined: 6 });
  });

  it("do not change without an invalidation, not at a replica either", () => {
    tell(20, [value(null, 15)], true);
    tell(30, [value("v1", 25)], true);
    expect(check.finish().signature).toBe("cached value changed without an invalidation");
  });

  it("may differ on another connection", () => {
    tell(20, [value(null, 15)]);
    check.lost(1);
    tell(30, [value("v1", 25)]);
    expect(check.finish().verdict).toBe("ok");
  });

  it("are gone before the node speaks on after the acknowledgement of a later write", () => {
    tell(20, [value(null, 15)]);
    written("v1", 25, 40);
    tell(40, []);
    expect(check.finish().verdict).toBe("ok");
    tell(41, []);
    expect(check.finish().signature).toBe("cached value older than an acknowledged write");
  });

  it("may be old at a replica, or if the write may have come before the read", () => {
    tell(20, [value(null, 15)]);
    written("v1", 18, 40);
    tell(50, []);
    check.lost(1);
    tell(60, [value(null, 55)], true);
    written("v2", 70, 80);
    tell(90, [], true);
    expect(check.finish().verdict).toBe("ok");
  });

  it("are not told to be old before the change is durable", () => {
    disks.append(10, majority, maker.set(key, "v1"));
    tell(20, [value("v1", 15)]);
    disks.append(30, ["log-a"], maker.set(key, "v2"));
    tell(35, [gone]);
    expect(check.finish().signature).toBe("invalidation before its write was durable");
  });

  it("must be there", () => {
    expect(check.finish().verdict).toBe("nothing examined");
  });
});

describe("cached reads where nobody can see the log", () => {
  beforeEach(() => {
    check = new CachedReadsCheck(undefined, false);
  });

  it("are old if another value had been acknowledged before the client asked for what it is told", () => {
    tell(20, [value("v1", 15)]);
    written("v2", 25, 40);
    // Asked for before that was acknowledged, and so perhaps answered before; and nothing was asked for.
    check.told(60, "db-0-a", {
      connection: 1,
      isReadonly: false,
      items: [{ kind: "value", key: "registers:1:{1}", value: "w", invokedUs: 38 }],
      sentUs: 55,
    });
    tell(58, []);
    expect(check.tally.violation).toBeUndefined();
    check.told(70, "db-0-a", {
      connection: 1,
      isReadonly: false,
      items: [{ kind: "value", key: "registers:1:{1}", value: "w", invokedUs: 60 }],
      sentUs: 65,
    });
    expect(check.tally.violation?.signature).toBe("cached value older than an acknowledged write");
  });

  it("are not judged by when a change was durable, and by what is read once more", () => {
    tell(20, [value("v1", 15)]);
    tell(30, [gone, value("v2", 25)]);
    expect(check.tally.violation).toBeUndefined();
    tell(40, [value("v3", 35)]);
    expect(check.tally.violation?.signature).toBe("cached value changed without an invalidation");
  });
});
