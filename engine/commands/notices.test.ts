import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { noticeClassesText, parseNoticeClasses } from "./notices.ts";
import { TestExecutor } from "./testExecutor.ts";

describe("notify-keyspace-events", () => {
  it("is read and written as Redis does it, and loses no letter", () => {
    const shown = (text: string): string => noticeClassesText(parseNoticeClasses(text) ?? -1);
    expect(shown("")).toBe("");
    expect(shown("KEA")).toBe("AKE");
    expect(shown("g$lshzxetd")).toBe("A");
    expect(shown("KEAmn")).toBe("AnKEm");
    expect(shown("ndKE")).toBe("dnKE");
    expect(shown("xeg$m")).toBe("g$xem");
    expect(parseNoticeClasses("Kq")).toBeUndefined();
  });
});

describe("keyspace notifications", () => {
  /** What a client that listens to every channel is told when a key expires. */
  function toldOfExpiry(classes: string): string {
    const node = new TestExecutor();
    node.isClusterMode = false;
    node.ask(`CONFIG SET notify-keyspace-events ${classes}`);
    node.ask("PSUBSCRIBE *", 2);
    node.ask("SELECT 3");
    node.ask("SET k v PX 5");
    node.unixMs += 10;
    const { pushes } = node.executor.expireDue(node.unixMs, 10);
    return pushes.map(({ session, bytes }) => `${session.clientId} ${latin1Of(bytes)}`).join("");
  }

  const onKey = "2 *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$16\r\n__keyspace@3__:k\r\n$7\r\nexpired\r\n";
  const onEvent =
    "2 *4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$22\r\n__keyevent@3__:expired\r\n$1\r\nk\r\n";

  it("are told on the key's channel, the event's channel, or both in this order", () => {
    expect(toldOfExpiry("Kx")).toBe(onKey);
    expect(toldOfExpiry("EA")).toBe(onEvent);
    expect(toldOfExpiry("KEx")).toBe(onKey + onEvent);
  });

  it("are not told of other classes, nor without a channel", () => {
    expect(toldOfExpiry("KEg$lshzetmn")).toBe("");
    expect(toldOfExpiry("x")).toBe("");
    expect(toldOfExpiry("")).toBe("");
  });

  /** The keyevent notifications of some requests, as "event key" each. */
  function toldOf(classes: string, lines: readonly string[]): string[] {
    const node = new TestExecutor();
    node.ask(`CONFIG SET notify-keyspace-events E${classes}`);
    node.ask("PSUBSCRIBE *", 2);
    const told: string[] = [];
    for (const line of lines) {
      for (const { bytes } of node.execute(line.split(" ")).pushes) {
        const [, event, key] = /__keyevent@0__:(.*)\r\n.*\r\n(.*)\r\n/.exec(latin1Of(bytes)) ?? [];
        told.push(`${event} ${key}`);
      }
    }
    return told;
  }

  it("are told of keys of any type", () => {
    const lines = ["SET a 1", "EXPIRE a 100", "EXPIRE a 10 NX", "PERSIST a", "PERSIST a"];
    lines.push("RENAME a b", "RENAME b b", "COPY b c", "RENAMENX c b", "EXPIREAT b 1", "DEL b c x");
    expect(toldOf("g", lines)).toEqual([
      "expire a",
      "persist a",
      "rename_from a",
      "rename_to b",
      "copy_to c",
      "del b",
      "del c",
    ]);
  });

  it("are told of new keys from the CONFIG SET on that asks for it, in a transaction too", () => {
    const asked = "CONFIG SET notify-keyspace-events En";
    const lines = ["MULTI", "SET a 1", asked, "SET b 1", asked.replace("En", "E$"), "SET c 1"];
    expect(toldOf("$", [...lines, "EXEC"])).toEqual(["set a", "new b", "set c"]);
  });

  it("are told of new keys, before what is done with them", () => {
    const lines = ["SET a 1", "SET a 2", "APPEND s x", "LPUSH l x", "LPUSH l y", "HSET h f v"];
    lines.push("COPY a s REPLACE", "RENAME a s", "MULTI", "DEL s", "INCR s", "EXEC");
    expect(toldOf("n$g", lines)).toEqual([
      "new a",
      "set a",
      "set a",
      "new s",
      "append s",
      "new l",
      "new h",
      "new s",
      "copy_to s",
      "new s",
      "rename_from a",
      "rename_to s",
      "del s",
      "new s",
      "incrby s",
    ]);
  });

  it.each([
    ["MSET k w", ["expired", "set"]],
    ["SETEX k 100 w", ["expired", "set", "expire"]],
    ["PSETEX k 100 w", ["expired", "set", "expire"]],
    ["SUNIONSTORE k s", ["expired", "sunionstore"]],
    ["SUNIONSTORE k none", ["del"]],
    ["ZUNIONSTORE k 1 z", ["expired", "zunionstore"]],
    ["ZRANGESTORE k z 0 -1", ["expired", "zrangestore"]],
    ["ZRANGESTORE k none 0 -1", ["del"]],
    ["SORT l STORE k", ["expired", "sortstore"]],
    ["BITOP NOT k t", ["expired", "set"]],
  ])("are told of what had expired where %s puts a value", (line, expected) => {
    const node = new TestExecutor();
    for (const before of ["SADD s 1", "ZADD z 1 a", "RPUSH l 1", "SET t x"]) node.ask(before);
    node.ask("CONFIG SET notify-keyspace-events EA");
    node.ask("PSUBSCRIBE *", 2);
    node.ask("SET k v PX 5");
    node.unixMs += 10;
    const events = node.execute(line.split(" ")).pushes.map(({ bytes }) => latin1Of(bytes));
    expect(events.map((event) => /:(\w+)\r/.exec(event)?.[1])).toEqual(expected);
  });

  it("are not told of an expiry where RESTORE replaces a value", () => {
    const node = new TestExecutor();
    node.isClusterMode = false;
    node.ask("SET t x");
    const payload = latin1Of(node.execute(["DUMP", "t"]).reply)
      .split("\r\n")
      .slice(1)
      .join("\r\n")
      .slice(0, -2);
    node.ask("CONFIG SET notify-keyspace-events EA");
    node.ask("PSUBSCRIBE *", 2);
    node.ask("SET k v PX 5");
    node.unixMs += 10;
    const { pushes } = node.execute(["RESTORE", "k", "0", payload, "REPLACE"]);
    const events = pushes.map(({ bytes }) => /:(\w+)\r/.exec(latin1Of(bytes))?.[1]);
    expect(events).toEqual(["restore"]);
  });

  it("are told of keys that a read does not find, no write", () => {
    const lines = ["GET a", "SET a 1 XX", "SET b 1 XX GET", "APPEND c x", "EXISTS a c", "TTL a"];
    lines.push(
      "MGET c d",
      "GETEX e",
      "GETDEL f",
      "COPY g h",
      "DEL i",
      "OBJECT ENCODING j",
      "GETSET k v",
    );
    expect(toldOf("m", lines)).toEqual(Array.from("abaadefgk", (key) => `keymiss ${key}`));
  });

  it("stand in the reply of a client that listens itself", () => {
    const node = new TestExecutor();
    node.ask("CONFIG SET notify-keyspace-events Ex");
    node.ask("HELLO 3");
    node.ask("SUBSCRIBE __keyevent@0__:expired");
    node.ask("SET k v PX 5");
    node.unixMs += 10;
    expect(node.ask("GET k")).toBe(
      ">3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n_\r\n",
    );
  });
});
