/** Streams in time, in nodes, in RESP3 and under WATCH: what the dialogues with a clock that stands still do not show. */
import { describe, expect, it } from "vitest";
import { TestExecutor } from "../testExecutor.ts";
import { shapeOf, type Shape } from "./testShape.ts";

function asked(node: TestExecutor, ...lines: readonly string[]): Shape[] {
  return lines.map((line) => shapeOf(node.ask(line)));
}

/** A group whose consumer `a` was given 1-1 to 1-3. */
function delivered(): TestExecutor {
  const node = new TestExecutor();
  asked(node, "XADD s 1-1 f v", "XADD s 1-2 f v", "XADD s 1-3 f v", "XGROUP CREATE s g 0");
  asked(node, "XREADGROUP GROUP g a STREAMS s >");
  return node;
}

function expectSameOnReplica(node: TestExecutor): void {
  expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
}

describe("ids that XADD makes up", () => {
  it("are the milliseconds of the shard, and go on where the clock went back", () => {
    const node = new TestExecutor();
    const start = node.unixMs;
    expect(asked(node, "XADD s * f v", "XADD s * f v")).toEqual([`${start}-0`, `${start}-1`]);
    node.unixMs -= 5;
    expect(asked(node, "XADD s * f v")).toEqual([`${start}-2`]);
    node.unixMs += 6;
    expect(asked(node, "XADD s * f v")).toEqual([`${start + 1}-0`]);
    expectSameOnReplica(node);
  });
});

describe("times of a consumer group", () => {
  it("are told since the last delivery, and those of consumers since they last asked", () => {
    const node = delivered();
    node.unixMs += 400;
    expect(asked(node, "XPENDING s g 1-1 1-1 10")).toEqual([[["1-1", "a", 400, 1]]]);
    expect(asked(node, "XREADGROUP GROUP g a COUNT 1 STREAMS s 0")).toHaveLength(1);
    node.unixMs += 30;
    expect(asked(node, "XPENDING s g - + 10", "XPENDING s g IDLE 400 - + 10")).toEqual([
      [
        ["1-1", "a", 30, 2],
        ["1-2", "a", 430, 1],
        ["1-3", "a", 430, 1],
      ],
      [
        ["1-2", "a", 430, 1],
        ["1-3", "a", 430, 1],
      ],
    ]);
    expect(asked(node, "XINFO CONSUMERS s g")).toEqual([[["name", "a", "pending", 3, "idle", 30]]]);
    // A clock that went back, as a successor's may be, shows nothing negative.
    node.unixMs -= 1000;
    expect(asked(node, "XPENDING s g 1-1 1-1 1", "XINFO CONSUMERS s g")).toEqual([
      [["1-1", "a", 0, 2]],
      [["name", "a", "pending", 3, "idle", 0]],
    ]);
    expectSameOnReplica(node);
  });

  it("are not touched by a consumer that finds nothing", () => {
    const node = delivered();
    node.unixMs += 50;
    expect(
      asked(node, "XREADGROUP GROUP g a STREAMS s >", "XREADGROUP GROUP g b STREAMS s >"),
    ).toEqual(["*-1", "*-1"]);
    expect(asked(node, "XINFO CONSUMERS s g")).toEqual([[["name", "a", "pending", 3, "idle", 50]]]);
    expect(node.records).toHaveLength(5);
  });

  it("are set by XCLAIM, never into the future nor before 1970", () => {
    const node = delivered();
    node.unixMs += 100;
    const idle = (option: string): Shape => {
      asked(node, `XCLAIM s g b 0 1-1 JUSTID ${option}`);
      return asked(node, "XPENDING s g 1-1 1-1 1")[0] ?? [];
    };
    expect(idle("IDLE 70")).toEqual([["1-1", "b", 70, 1]]);
    expect(idle("IDLE -70")).toEqual([["1-1", "b", 0, 1]]);
    expect(idle(`TIME ${node.unixMs - 8}`)).toEqual([["1-1", "b", 8, 1]]);
    expect(idle(`TIME ${node.unixMs + 8}`)).toEqual([["1-1", "b", 0, 1]]);
    expect(idle("TIME -8")).toEqual([["1-1", "b", 0, 1]]);
    expect(idle("IDLE 9223372036854775807")).toEqual([["1-1", "b", 0, 1]]);
    expect(idle("TIME 0")).toEqual([["1-1", "b", node.unixMs, 1]]);
    expectSameOnReplica(node);
  });

  it("decide what XCLAIM and XAUTOCLAIM may take", () => {
    const node = delivered();
    node.unixMs += 100;
    expect(asked(node, "XCLAIM s g b 100 1-2 JUSTID", "XCLAIM s g b 101 1-1 JUSTID")).toEqual([
      ["1-2"],
      [],
    ]);
    expect(asked(node, "XAUTOCLAIM s g c 100 - JUSTID")).toEqual([["0-0", ["1-1", "1-3"], []]]);
    // Claimed twice in one request: the second time it is no longer idle.
    node.unixMs += 100;
    expect(asked(node, "XCLAIM s g a 50 1-1 1-1 JUSTID")).toEqual([["1-1"]]);
    expectSameOnReplica(node);
  });

  it("stand in XINFO STREAM FULL as they are", () => {
    const node = delivered();
    const at = node.unixMs;
    const full = asked(node, "XINFO STREAM s FULL COUNT 1")[0] as readonly Shape[];
    const group = ["name", "g", "last-delivered-id", "1-3", "entries-read", 3, "lag", 0];
    const pending = [["1-1", "a", at, 1]];
    const consumer = ["name", "a", "seen-time", at, "pel-count", 3, "pending", [["1-1", at, 1]]];
    expect(full[17]).toEqual([
      [...group, "pel-count", 3, "pending", pending, "consumers", [consumer]],
    ]);
  });
});

describe("nodes of a stream", () => {
  it("go whole where a trim is approximate, up to the limit, and in part where it is exact", () => {
    const node = new TestExecutor();
    node.databases.limits.streamNodeMaxEntries = 10;
    for (let number = 1; number <= 95; number++) asked(node, `XADD s 1-${number} f v`);
    const info = (): Shape => {
      const facts = asked(node, "XINFO STREAM s")[0] as readonly Shape[];
      return facts.slice(0, 4);
    };
    expect(info()).toEqual(["length", 95, "radix-tree-keys", 10]);
    expect(asked(node, "XTRIM s MAXLEN ~ 84", "XTRIM s MAXLEN ~ 40 LIMIT 25")).toEqual([10, 20]);
    expect(asked(node, "XTRIM s MAXLEN ~ 40 LIMIT 5", "XTRIM s MINID ~ 1-45")).toEqual([0, 10]);
    expect(asked(node, "XTRIM s MAXLEN 48", "XTRIM s MINID 1-55")).toEqual([7, 7]);
    expect(info()).toEqual(["length", 41, "radix-tree-keys", 5]);
    expect(asked(node, "XTRIM s MAXLEN ~ 0 LIMIT 0", "XLEN s")).toEqual([41, 0]);
    expectSameOnReplica(node);
  });

  it("are the same on a replica of other limits, also one that holds nothing more", () => {
    const node = new TestExecutor();
    node.databases.limits.streamNodeMaxEntries = 3;
    node.applied.limits.streamNodeMaxEntries = 100;
    for (let number = 1; number <= 7; number++) asked(node, `XADD s 1-${number} f v`);
    // 1-3 is deleted and 1-1 and 1-2 are trimmed: their node stays, empty, for 1-3 is no smaller than 1-3.
    expect(asked(node, "XDEL s 1-3", "XTRIM s MINID 1-3")).toEqual([1, 2]);
    expectSameOnReplica(node);
    expect(asked(node, "XTRIM s MAXLEN 4", "XTRIM s MINID ~ 1-4", "XLEN s")).toEqual([0, 0, 4]);
    expectSameOnReplica(node);
    expect(asked(node, "XTRIM s MAXLEN ~ 3", "XTRIM s MAXLEN ~ 1")).toEqual([0, 3]);
    expectSameOnReplica(node);
  });

  it("begin anew at a number of bytes", () => {
    const node = new TestExecutor();
    node.databases.limits.streamNodeMaxBytes = 100;
    const value = "v".repeat(30);
    for (let number = 1; number <= 4; number++) asked(node, `XADD s 1-${number} f ${value}`);
    const facts = asked(node, "XINFO STREAM s")[0] as readonly Shape[];
    expect(facts.slice(2, 6)).toEqual(["radix-tree-keys", 2, "radix-tree-nodes", 4]);
    expectSameOnReplica(node);
  });
});

describe("replies in RESP3", () => {
  it("are maps and nulls", () => {
    const node = delivered();
    node.ask("HELLO 3");
    expect(node.ask("XREAD COUNT 1 STREAMS s 0")).toBe(
      "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n",
    );
    expect(node.ask("XREAD STREAMS s $")).toBe("_\r\n");
    expect(node.ask("XREADGROUP GROUP g b STREAMS s 0")).toBe("%1\r\n$1\r\ns\r\n*0\r\n");
    expect(node.ask("XINFO CONSUMERS s g")).toMatch(/^\*2\r\n%3\r\n\$4\r\nname\r\n/);
    expect(node.ask("XINFO GROUPS s")).toMatch(/^\*1\r\n%6\r\n/);
    expect(node.ask("XINFO STREAM s")).toMatch(/^%10\r\n/);
    expect(node.ask("XINFO STREAM s FULL")).toMatch(/^%9\r\n/);
  });
});

describe("WATCH", () => {
  const changes: readonly (readonly [string, boolean])[] = [
    ["XADD s 9-9 f v", true],
    ["XDEL s 1-1", true],
    ["XTRIM s MAXLEN 1", true],
    ["XSETID s 9-9", false],
    ["XACK s g 1-1", false],
    ["XCLAIM s g b 0 1-1", false],
    ["XREADGROUP GROUP g a STREAMS s 0", false],
    ["XGROUP CREATE s h 0", false],
    ["XGROUP DESTROY s g", false],
    ["XGROUP SETID s g 0", false],
    ["XGROUP CREATECONSUMER s g b", false],
    ["XGROUP DELCONSUMER s g a", false],
  ];

  for (const [change, isSeen] of changes) {
    it(`is ${isSeen ? "" : "not "}broken by ${change}, as in Redis`, () => {
      const node = delivered();
      node.ask("WATCH s");
      node.ask(change, 2);
      expect(asked(node, "MULTI", "PING", "EXEC").at(-1)).toEqual(isSeen ? "*-1" : ["+PONG"]);
    });
  }
});
