/** Clients against a scripted server. Over 500 lines: one list of what a client does with each kind of answer. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../checker/history.ts";
import { checkHistory, defaultLimit } from "../checker/linearizability.ts";
import { redisGroup } from "../checker/models/redisGroup.ts";
import { redisString } from "../checker/models/redisString.ts";
import { Clients, type ClientsOptions } from "./clients.ts";
import { KeyNames, shardOfSlot, slotOfKey } from "./keys.ts";
import { isError, ReplyReader, RequestEncoder, type Reply } from "./resp.ts";
import { offersByShard } from "./offers.ts";
import type { ClientObserver } from "./shardLoad.ts";
import { type Script, TestHost, testLayout } from "./testHost.ts";
import { parseWorkloads } from "./workloads/registry.ts";

const SECOND = 1_000_000;

interface Heard {
  amiss: string[];
  /** Nodes that redirected to themselves. */
  loops: string[];
  pipelines: number;
  learnt: string[];
}

function build(
  script: Script,
  changes: Partial<ClientsOptions>,
): { host: TestHost; clients: Clients; heard: Heard } {
  const host = new TestHost(script);
  const heard: Heard = { amiss: [], loops: [], pipelines: 0, learnt: [] };
  const observer: ClientObserver = {
    operationInvoked: () => {},
    operationCompleted: () => {},
    repliesAmiss: (_nowUs, _node, sentence) => heard.amiss.push(sentence),
    redirected: (_nowUs, { node }, target) => {
      if (target === node) heard.loops.push(node);
    },
    pipelineAnswered: () => heard.pipelines++,
    primaryLearnt: (_nowUs, _shard, node) => heard.learnt.push(node),
  };
  const options: ClientsOptions = {
    layout: testLayout,
    clients: 12,
    opsPerSecond: 200,
    readRatio: 0.5,
    replicaReadRatio: 0,
    keys: 4,
    valueBytes: 0,
    workload: "registers,counters,appends,cas",
    clientTimeoutMs: 1000,
    horizonUs: 100 * SECOND,
    operations: undefined,
    stream: (name) => lcg(name.length * 7919 + name.charCodeAt(name.length - 1)),
    ...changes,
  };
  const clients = new Clients(options, host, observer);
  host.events = clients;
  return { host, clients, heard };
}

function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** A correct little server on one node; the others redirect to it. WATCH always finds its key untouched. */
function server(leader: () => string): Script {
  const values: Map<string, string> = new Map();
  const address = (): string =>
    `10.0.0.${testLayout.databaseNodes.findIndex((node) => node.nodeId === leader()) + 1}:6379`;
  let queued: (readonly string[])[] | undefined;
  const run = (argv: readonly string[]): string => {
    const [name = "", key = "", value = ""] = argv;
    const held = values.get(key);
    switch (name) {
      case "GET":
        return held === undefined ? "$-1\r\n" : `$${held.length}\r\n${held}\r\n`;
      case "SET":
        values.set(key, value);
        return "+OK\r\n";
      case "DEL":
        return `:${values.delete(key) ? 1 : 0}\r\n`;
      case "INCR":
        if (!/^\d*$/.test(held ?? "0")) return "-ERR value is not an integer or out of range\r\n";
        values.set(key, String(Number(held ?? 0) + 1));
        return `:${values.get(key)}\r\n`;
      case "APPEND":
        values.set(key, (held ?? "") + value);
        return `:${values.get(key)?.length}\r\n`;
      case "MGET":
        return `*${argv.length - 1}\r\n${argv
          .slice(1)
          .map((one) => run(["GET", one]))
          .join("")}`;
      case "ECHO":
        return `$${key.length}\r\n${key}\r\n`;
      default:
        return "+OK\r\n";
    }
  };
  return (node, argv) => {
    const [name] = argv;
    if (name === "READONLY" || name === "ECHO") return run(argv);
    if (node !== leader() && name !== "MULTI" && name !== "EXEC")
      return `-MOVED 1 ${address()}\r\n`;
    if (name === "MULTI") {
      queued = [];
      return "+OK\r\n";
    }
    if (name === "EXEC" || name === "DISCARD") {
      const replies = (name === "EXEC" ? queued : [])?.map(run) ?? [];
      queued = undefined;
      return name === "EXEC" ? `*${replies.length}\r\n${replies.join("")}` : "+OK\r\n";
    }
    if (queued === undefined) return run(argv);
    queued.push(argv);
    return "+QUEUED\r\n";
  };
}

describe("clients", () => {
  it("offer about the rate asked for, find the primary, and leave a linearizable history", () => {
    const { host, clients, heard } = build(
      server(() => "db-0-b"),
      { workload: "registers,counters,appends" },
    );
    clients.start();
    host.runTo(10 * SECOND);
    clients.stop();
    host.runTo(12 * SECOND);
    expect(clients.isIdle).toBe(true);
    expect(clients.offered.length).toBeGreaterThan(1700);
    expect(clients.offered.length).toBeLessThan(2300);
    expect(clients.offered.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(heard.amiss).toEqual([]);
    expect(heard.pipelines).toBeGreaterThan(50);
    expect(heard.learnt).toEqual([]);
    const options = { modelOf: () => redisString, limit: defaultLimit, toleratesStaleReads: false };
    expect(checkHistory(clients.history, options).verdict).toBe("ok");
  });

  it("tell a node that redirects to itself", () => {
    const { host, clients, heard } = build(
      (node) => {
        const own = testLayout.databaseNodes.find(({ nodeId }) => nodeId === node);
        return `-MOVED 1 ${own?.host}:${own?.port}\r\n`;
      },
      { workload: "registers" },
    );
    clients.start();
    host.runTo(SECOND);
    expect(heard.loops.length).toBeGreaterThan(0);
  });

  it("enter each redirected attempt as an operation of its own that surely failed", () => {
    const { host, clients } = build(
      server(() => "db-0-b"),
      { workload: "registers" },
    );
    clients.start();
    host.runTo(SECOND);
    const failed = clients.history.filter(({ outcome }) => outcome === "fail");
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every(({ error }) => error.startsWith("MOVED"))).toBe(true);
    const retried = clients.history.filter(({ offered }) => offered === failed[0]?.offered);
    expect(retried.map(({ outcome }) => outcome)).toEqual(["fail", "ok"]);
  });

  it("meet on hot keys: several operations at once on one key", () => {
    const { host, clients } = build(
      server(() => "db-0-a"),
      {},
    );
    clients.start();
    host.runTo(10 * SECOND);
    let most = 0;
    for (const one of clients.history) {
      const others = clients.history.filter(
        ({ input, invokedUs, completedUs }) =>
          input.key === one.input.key && invokedUs <= one.invokedUs && completedUs >= one.invokedUs,
      );
      most = Math.max(most, others.length);
    }
    expect(most).toBeGreaterThanOrEqual(4);
  });

  it("leave a silent attempt unknown, take a new process number, and give the read up", () => {
    const { host, clients } = build(() => "silence", { readRatio: 1, opsPerSecond: 1 });
    clients.start();
    host.runTo(4 * SECOND);
    const [first] = clients.history;
    expect(first).toMatchObject({ outcome: "unknown", error: "timed out", repliedUs: -1 });
    expect((first?.completedUs ?? 0) - (first?.invokedUs ?? 0)).toBe(SECOND);
    expect(clients.offered[0]?.outcome).toBe("unknown");
    const processes = new Set(clients.history.map(({ process }) => process));
    expect(processes.size).toBe(clients.history.length);
  });

  it("leave an attempt on a connection that breaks unknown, and retry what may be repeated with a fresh value", () => {
    let broken = 0;
    const good = server(() => "db-0-a");
    const { host, clients } = build(
      (node, argv) =>
        argv[0] === "SET" && node === "db-0-a" && broken++ === 0 ? "close" : good(node, argv),
      { workload: "registers", readRatio: 0, opsPerSecond: 20 },
    );
    clients.start();
    host.runTo(5 * SECOND);
    const lost = clients.history.find(({ outcome }) => outcome === "unknown");
    expect(lost?.error).toBe("connection closed");
    const attempts = clients.history.filter(({ offered }) => offered === lost?.offered);
    expect(attempts.at(-1)?.outcome).toBe("ok");
    expect(attempts.at(-1)?.process).not.toBe(lost?.process);
    expect(attempts.at(-1)?.input).not.toEqual(lost?.input);
  });

  it("never repeat an increment whose outcome is unknown", () => {
    const { host, clients } = build(
      (node, argv) => (argv[0] === "INCR" ? "close" : server(() => "db-0-a")(node, argv)),
      { workload: "counters", readRatio: 0, opsPerSecond: 10 },
    );
    clients.start();
    host.runTo(3 * SECOND);
    const unknown = clients.history.filter(({ outcome }) => outcome === "unknown");
    expect(unknown.length).toBeGreaterThan(5);
    // Those of one pipeline were sent at once.
    const attempts = new Set(unknown.map(({ offered, invokedUs }) => `${offered} ${invokedUs}`));
    expect(new Set(unknown.map(({ offered }) => offered)).size).toBe(attempts.size);
  });

  it("find the next primary when the zone of the last one goes dark, and when its process dies", () => {
    for (const way of ["dark", "down"] as const) {
      let leader = "db-0-a";
      const { host, clients, heard } = build(
        server(() => leader),
        { workload: "registers" },
      );
      clients.start();
      host.runTo(2 * SECOND);
      host[way].add("db-0-a");
      leader = "db-0-c";
      host.runTo(8 * SECOND);
      clients.stop();
      host.runTo(20 * SECOND);
      expect(clients.isIdle).toBe(true);
      const late = clients.offered.filter(({ dueUs }) => dueUs > 5 * SECOND);
      expect(new Set(heard.learnt)).toEqual(new Set(["db-0-c"]));
      expect(late.length).toBeGreaterThan(300);
      expect(late.every(({ outcome }) => outcome === "ok")).toBe(true);
    }
  });

  it("surely failed where a connection was refused or never opened", () => {
    const { host, clients } = build(() => "silence", { opsPerSecond: 5 });
    host.dark.add("db-0-a").add("db-0-b");
    host.down.add("db-0-c");
    clients.start();
    host.runTo(5 * SECOND);
    const errors = new Set(clients.history.map(({ error }) => error));
    expect([...errors].sort()).toEqual(["", "connect timed out", "connection refused"]);
    expect(clients.history.some(({ outcome }) => outcome === "unknown")).toBe(false);
  });

  it("do a compare-and-set as a read under WATCH and a transaction on the same connection", () => {
    const { host, clients } = build(
      server(() => "db-0-a"),
      {
        workload: "cas",
        readRatio: 0,
        opsPerSecond: 5,
        clients: 1,
      },
    );
    clients.start();
    host.runTo(5 * SECOND);
    const ok = clients.history.filter(({ outcome }) => outcome === "ok");
    const [read, write] = ok;
    expect(read?.input.f).toBe("get");
    expect(write?.input).toMatchObject({ f: "cas", expected: read?.output });
    expect(write?.output).toBe(true);
    expect(write?.offered).toBe(read?.offered);
    expect(clients.offered[0]?.earlierRoundsUs).toBeGreaterThan(0);
  });

  it("ask several keys of a group at once, and leave a history that fits one order", () => {
    const { host, clients } = build(
      server(() => "db-0-a"),
      { workload: "transactions,watched,deadlines" },
    );
    clients.start();
    host.runTo(5 * SECOND);
    clients.stop();
    host.runTo(6 * SECOND);
    const inputs = clients.history.map(({ input }) => input);
    const transactions = inputs.filter((input) => input.f === "transaction");
    const ways = new Set(transactions.map(({ way }) => way));
    expect([...ways].sort()).toEqual(["discard", "mget", "multi"]);
    expect(transactions.some(({ watched }) => watched.length > 0)).toBe(true);
    expect(Math.max(...transactions.map(({ steps }) => steps.length))).toBeGreaterThan(3);
    expect(clients.history.every(({ outcome }) => outcome === "ok")).toBe(true);
    // The scripted server knows neither deadlines nor WATCH.
    const plain = clients.history.filter(({ input }) => input.key.startsWith("transactions"));
    expect(plain.length).toBeGreaterThan(200);
    const model = redisGroup({ epochUnixMs: 1_700_000_000_000, skewMs: 0 });
    const options = { modelOf: () => model, limit: defaultLimit, toleratesStaleReads: false };
    expect(checkHistory(plain, options).verdict).toBe("ok");
  });

  it("read a whole group in the scan", () => {
    const { host, clients } = build(
      server(() => "db-0-a"),
      { workload: "transactions", horizonUs: SECOND },
    );
    clients.start();
    host.runTo(2 * SECOND);
    clients.scan();
    host.runTo(3 * SECOND);
    const last = clients.history.at(-1);
    expect(last?.input).toMatchObject({ f: "transaction", way: "mget" });
    expect(last?.output).toHaveLength(3);
  });

  it("send more operations behind one now and then, answered in order; what a break leaves unanswered is unknown", () => {
    const good = server(() => "db-0-a");
    const pipelines = (clients: Clients): Operation[][] => {
      const found: Map<string, Operation[]> = new Map();
      for (const one of clients.history) {
        const name = `${one.process} ${one.invokedUs}`;
        found.set(name, [...(found.get(name) ?? []), one]);
      }
      return [...found.values()].filter(({ length }) => length > 1);
    };
    const whole = build(good, { workload: "registers", horizonUs: 5 * SECOND });
    whole.clients.start();
    whole.host.runTo(6 * SECOND);
    expect(pipelines(whole.clients).length).toBeGreaterThan(50);
    for (const pipeline of pipelines(whole.clients)) {
      const orders = pipeline.map(({ completedOrder }) => completedOrder);
      expect(orders).toEqual(orders.toSorted((a, b) => a - b));
      expect(pipeline.every(({ offered }) => offered === pipeline[0]?.offered)).toBe(true);
    }
    let sets = 0;
    const breaking: Script = (node, argv) =>
      argv[0] === "SET" && ++sets % 7 === 0 ? "close" : good(node, argv);
    const broken = build(breaking, { workload: "registers", readRatio: 0 });
    broken.clients.start();
    broken.host.runTo(6 * SECOND);
    const outcomes = pipelines(broken.clients).map((one) =>
      one.map(({ outcome }) => outcome).join(),
    );
    expect(outcomes).toContain("ok,unknown");
    expect(outcomes.every((one) => !one.includes("unknown,ok"))).toBe(true);
  });

  it("think between WATCH and MULTI now and then", () => {
    const { host, clients } = build(
      server(() => "db-0-a"),
      { workload: "cas", readRatio: 0 },
    );
    clients.start();
    host.runTo(20 * SECOND);
    const thoughts = clients.offered.map(({ earlierRoundsUs }) => earlierRoundsUs);
    expect(thoughts.some((us) => us > 50_000)).toBe(true);
    expect(thoughts.filter((us) => us > 0 && us < 5000).length).toBeGreaterThan(50);
  });

  it("tell when an ECHO overtakes the request ahead of it", () => {
    const good = server(() => "db-0-a");
    const { host, clients, heard } = build(
      (node, argv) => (argv[0] === "SET" ? "silence" : good(node, argv)),
      { workload: "registers", readRatio: 0, opsPerSecond: 200 },
    );
    clients.start();
    host.runTo(20 * SECOND);
    expect(heard.amiss[0]).toMatch(
      /^ECHO echo:\d+ was answered before the request sent ahead of it$/,
    );
  });

  it("tell of a reply that a request never gets, but not of an error", () => {
    const good = server(() => "db-0-a");
    const told = (exec: string): readonly string[] => {
      const { host, clients, heard } = build(
        (node, argv) => {
          const right = good(node, argv);
          return argv[0] === "EXEC" ? exec : right;
        },
        { workload: "cas", readRatio: 0 },
      );
      clients.start();
      host.runTo(5 * SECOND);
      return heard.amiss;
    };
    expect(told("*0\r\n")[0]).toBe("cas: unexpected reply []");
    expect(told("*1\r\n+QUEUED\r\n")[0]).toBe('cas: unexpected reply ["QUEUED"]');
    expect(told("*1\r\n-ERR no\r\n")).toEqual([]);
    expect(told("-EXECABORT no\r\n")).toEqual([]);
  });

  it("read every written key once in the scan", () => {
    const { host, clients } = build(
      server(() => "db-0-a"),
      { workload: "registers" },
    );
    clients.start();
    host.runTo(5 * SECOND);
    clients.stop();
    host.runTo(6 * SECOND);
    clients.scan();
    host.runTo(7 * SECOND);
    const scanned = clients.offered.filter(({ isScan }) => isScan).map(({ key }) => key);
    const written = new Set(
      clients.offered.filter(({ access }) => access === "write").map(({ key }) => key),
    );
    expect(scanned.sort()).toEqual([...written].sort());
  });
});

describe("offered operations", () => {
  const spec = {
    atMs: 5,
    shard: 0,
    workload: "registers",
    access: "read",
    key: 0,
    draw: 1,
  } as const;

  it("told as a list make the run that left the list behind", () => {
    const first = build(
      server(() => "db-0-a"),
      { horizonUs: 5 * SECOND },
    );
    first.clients.start();
    first.host.runTo(6 * SECOND);
    expect(first.clients.load.length).toBeGreaterThan(800);
    const second = build(
      server(() => "db-0-a"),
      { horizonUs: 5 * SECOND, operations: first.clients.load },
    );
    second.clients.start();
    second.host.runTo(6 * SECOND);
    expect(second.clients.history).toEqual(first.clients.history);
  });

  it("that are dropped from the list leave the others as they were, in time and in what they choose", () => {
    const changes = { horizonUs: 5 * SECOND, workload: "registers" };
    const first = build(
      server(() => "db-0-a"),
      changes,
    );
    first.clients.start();
    first.host.runTo(6 * SECOND);
    const kept = first.clients.load.filter((_, index) => index % 3 !== 0);
    const second = build(
      server(() => "db-0-a"),
      { ...changes, operations: kept },
    );
    second.clients.start();
    second.host.runTo(6 * SECOND);
    const shapeOf = ({ history, offered }: Clients): string[] =>
      offered.map(({ id, dueUs }) => {
        const last = history.findLast((one) => one.offered === id);
        return `${dueUs} ${last?.input.f} ${last?.input.key}`;
      });
    const before = shapeOf(first.clients).filter((_, index) => index % 3 !== 0);
    expect(shapeOf(second.clients)).toEqual(before);
  });

  it("end with the load; fresh ones are offered from then on, whatever the load was", () => {
    const { host, clients } = build(
      server(() => "db-0-a"),
      { horizonUs: SECOND, operations: [spec] },
    );
    clients.start();
    host.runTo(SECOND);
    clients.offerFresh();
    host.runTo(3 * SECOND);
    expect(clients.load).toEqual([spec]);
    expect(clients.offered[0]?.dueUs).toBe(5000);
    expect(clients.offered.length).toBeGreaterThan(30);
    expect(clients.offered.slice(1).every(({ dueUs }) => dueUs >= SECOND)).toBe(true);
  });

  it("are refused in words if they make no sense, and left out if they are due after the load", () => {
    expect(() => offersByShard([{ ...spec, shard: 1 }], 1, SECOND)).toThrow(
      "operation 0: shard must be a whole number below 1, got 1",
    );
    expect(() => offersByShard([spec, { ...spec, atMs: -1 }], 1, SECOND)).toThrow(
      "operation 1: atMs must be a number from 0 on, got -1",
    );
    expect(() => offersByShard([{ ...spec, key: 0.5 }], 1, SECOND)).toThrow("key must be");
    const mixture = ["lists", "keyspace"].map((workload) => ({ ...spec, workload }));
    expect(() => offersByShard(mixture, 1, SECOND)).toThrow("do not go together");
    const ofFile = { ...spec, workload: "listedUsers" };
    expect(offersByShard([ofFile, ofFile], 1, SECOND)).toHaveLength(1);
    for (const other of [
      { ...ofFile, key: spec.key + 1 },
      { ...spec, workload: "users" },
    ])
      expect(() => offersByShard([ofFile, other], 1, SECOND)).toThrow("takes one shard, one key");
    expect(() => offersByShard([{ ...spec, workload: "heaps" }], 1, SECOND)).toThrow(
      'unknown workload kind "heaps"',
    );
    expect(offersByShard([{ ...spec, atMs: 1001 }, spec], 1, SECOND)).toEqual([[spec]]);
  });
});

describe("workloads", () => {
  it("are named by the parameter, and an unknown kind names the valid ones", () => {
    expect(parseWorkloads("cas, counters").map(({ kind }) => kind)).toEqual(["cas", "counters"]);
    expect(() => parseWorkloads("counters,heaps")).toThrow(
      'unknown workload kind "heaps"; valid kinds: registers, counters, appends, cas, expiring',
    );
    expect(() => parseWorkloads("lists,keyspace")).toThrow("do not go together");
  });
});

describe("key names", () => {
  it("lie in their shard's slots", () => {
    for (const shardCount of [1, 3, 80]) {
      for (let shard = 0; shard < shardCount; shard++) {
        const names = new KeyNames(shard, shardCount);
        for (let index = 0; index < 4; index++) {
          const slot = slotOfKey(names.nameOf("registers", index, 0));
          expect(shardOfSlot(slot, shardCount)).toBe(shard);
        }
      }
    }
  });

  it("hash as Redis does", () => {
    expect(slotOfKey("123456789")).toBe(0x31c3);
    expect(slotOfKey("foo{bar}{zap}")).toBe(slotOfKey("bar"));
    expect(slotOfKey("foo{}{bar}")).not.toBe(slotOfKey("bar"));
  });
});

describe("the clients' RESP", () => {
  it("reads replies cut anywhere", () => {
    const text = "+OK\r\n:12\r\n$3\r\na\r\n\r\n$-1\r\n*2\r\n$1\r\nx\r\n*0\r\n-ERR no\r\n*-1\r\n";
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new ReplyReader();
      const replies: Reply[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        reader.push(bytes.subarray(at, at + size));
        for (let reply = reader.next(); reply !== undefined; reply = reader.next())
          replies.push(reply);
      }
      expect(replies).toEqual(["OK", 12, "a\r\n", null, ["x", []], { error: "ERR no" }, null]);
    }
    expect(isError({ error: "ERR" })).toBe(true);
  });

  it("refuses what is no RESP", () => {
    const reader = new ReplyReader();
    reader.push(Uint8Array.from("hello\r\n", (char) => char.charCodeAt(0)));
    expect(() => reader.next()).toThrow('a reply cannot begin with "h"');
  });

  it("writes every byte of a request", () => {
    const bytes = new RequestEncoder().encode([
      ["SET", "k", "\0\xff"],
      ["GET", "k"],
    ]);
    expect(String.fromCharCode(...bytes)).toBe(
      "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\0\xff\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
    );
  });
});
