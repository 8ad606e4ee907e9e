import { describe, expect, it } from "vitest";
import { Databases } from "./databases.ts";
import { Keyspace, NEVER, type Watch } from "./keyspace.ts";
import { copyOf, textOf, typeOf, type StringValue, type Collection } from "./value.ts";

function watched(keyspace: Keyspace, key: string, wasExpired = false): { changes: number } {
  const told = { changes: 0 };
  const owner = { onWatchedKeyChanged: (): void => void told.changes++ };
  const watch: Watch = { key, keyspace, wasExpired, owner };
  keyspace.watch(watch);
  return told;
}

class FakeList implements Collection {
  readonly type = "list";
  readonly encoding = "quicklist";
  readonly isEmpty = false;
  readonly sizeBytes = 10;
  copies = 0;
  copy(): FakeList {
    this.copies++;
    return new FakeList();
  }
}

function textAt(keyspace: Keyspace, key: string): string {
  return textOf(keyspace.get(key) as StringValue);
}

describe("Keyspace", () => {
  it("keeps values and deadlines, and knows the earliest deadline", () => {
    const keyspace = new Databases().get(0);
    keyspace.set("a", "1", 500);
    keyspace.set("b", "2", 300);
    keyspace.set("c", "3", NEVER);
    expect(keyspace.nextExpiryUnixMs).toBe(300);
    expect(keyspace.expiringCount).toBe(2);
    keyspace.expire("b", NEVER);
    expect(keyspace.nextExpiryUnixMs).toBe(500);
    keyspace.set("a", "x", NEVER);
    expect(keyspace.nextExpiryUnixMs).toBe(NEVER);
    expect(keyspace.size).toBe(3);
  });

  it("moves and copies value and deadline", () => {
    const keyspace = new Databases().get(0);
    keyspace.set("a", "1", 500);
    keyspace.set("b", "2", 300);
    keyspace.rename("a", "b");
    expect([keyspace.get("a"), keyspace.get("b"), keyspace.nextExpiryUnixMs]).toEqual([
      undefined,
      "1",
      500,
    ]);
    keyspace.copy("b", "c");
    expect(keyspace.deadlineOf("c")).toBe(500);
    expect(keyspace.expiringCount).toBe(2);
  });

  it("appends and overwrites in place, padding with zero bytes", () => {
    const keyspace = new Databases().get(0);
    expect(keyspace.append("a", "xy")).toBe(2);
    expect(keyspace.append("a", "z")).toBe(3);
    expect(keyspace.setRange("a", 5, "!")).toBe(6);
    expect(textAt(keyspace, "a")).toBe("xyz\0\0!");
    expect(keyspace.setRange("b", 2, "q")).toBe(3);
    expect(textAt(keyspace, "b")).toBe("\0\0q");
  });

  it("accounts for the bytes of keys and values", () => {
    const keyspace = new Databases().get(0);
    const empty = keyspace.usedBytes;
    keyspace.set("key", "x".repeat(100), NEVER);
    keyspace.append("key", "y".repeat(50));
    keyspace.rename("key", "name");
    expect(keyspace.usedBytes - empty).toBeGreaterThanOrEqual(154);
    keyspace.delete("name");
    expect(keyspace.usedBytes).toBe(empty);
  });

  it("tells watchers of every change, and of a key's end by its own deadline only if it was alive", () => {
    const keyspace = new Databases().get(0);
    keyspace.set("a", "1", 5);
    const alive = watched(keyspace, "a");
    const expired = watched(keyspace, "a", true);
    keyspace.delete("a");
    expect([alive.changes, expired.changes]).toEqual([1, 0]);
    keyspace.set("a", "2", NEVER);
    expect([alive.changes, expired.changes]).toEqual([2, 1]);
  });

  it("tells watchers of keys that were there when everything is flushed, and all when memory is discarded", () => {
    const keyspace = new Databases().get(0);
    keyspace.set("a", "1", NEVER);
    const present = watched(keyspace, "a");
    const absent = watched(keyspace, "b");
    keyspace.flush();
    expect([present.changes, absent.changes, keyspace.size]).toEqual([1, 0, 0]);
    keyspace.discard();
    expect([present.changes, absent.changes]).toEqual([2, 1]);
  });

  it("forgets a watch that is taken back", () => {
    const keyspace = new Databases().get(0);
    let changes = 0;
    const watch: Watch = {
      key: "a",
      keyspace,
      wasExpired: false,
      owner: { onWatchedKeyChanged: () => void changes++ },
    };
    keyspace.watch(watch);
    keyspace.unwatch(watch);
    keyspace.set("a", "1", NEVER);
    expect(changes).toBe(0);
  });

  it("holds values of other types, which copy themselves", () => {
    const keyspace = new Databases().get(0);
    const list = new FakeList();
    keyspace.set("a", list, NEVER);
    keyspace.copy("a", "b");
    expect(list.copies).toBe(1);
    expect(typeOf(keyspace.get("b") ?? "")).toBe("list");
    expect(copyOf("text")).toBe("text");
  });
});
