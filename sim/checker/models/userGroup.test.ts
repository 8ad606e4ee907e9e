import { describe, expect, it } from "vitest";
import type { CommandsInput, Operation } from "../history.ts";
import { checkHistory, defaultLimit } from "../linearizability.ts";
import { operationOf } from "../testOperations.ts";
import { userGroup } from "./userGroup.ts";

const options = { modelOf: () => userGroup, limit: defaultLimit, toleratesStaleReads: false };
const KEY = "users:0:{0}";
const A = `${KEY}:a`;

/** One request and its reply; null where nobody knows. By the user on a connection, or by the administrator. */
// oxlint-disable-next-line max-params -- reads as a table
function asked(
  request: string,
  reply: string | null,
  fromUs: number,
  toUs: number,
  more: Partial<CommandsInput> = {},
): Operation {
  const requests = request === "" ? [] : [request.split(" ")];
  const isRead = /^(?:GET|ACL DRYRUN)/.test(request) && more.session === undefined;
  const input = { f: "commands", key: KEY, requests, isAtomic: false, isRead, ...more } as const;
  const output = reply === null ? null : reply.split("|").map((one) => `${one}\r\n`);
  return operationOf(input, output, fromUs, toUs, reply === null ? "unknown" : "ok");
}

function verdict(...history: readonly Operation[]): string {
  return checkHistory(history, options).verdict;
}

const on = { session: "s" };
const NOPERM = "-NOPERM this user has no permissions to run the 'get' command";
const made = asked(`ACL SETUSER u on >sesame +@all ~${A}`, "+OK", 0, 1);
const login = asked("AUTH u sesame", "+OK", 2, 3, on);

describe("a user as the specification sees it", () => {
  it("is let in by a password that counts, and by no other", () => {
    expect(verdict(made, login)).toBe("ok");
    expect(verdict(login)).toBe("violation");
    expect(verdict(made, asked("AUTH u guess", "-WRONGPASS invalid", 2, 3, on))).toBe("ok");
    expect(verdict(made, asked("AUTH u sesame", "-WRONGPASS invalid", 2, 3, on))).toBe("violation");
    expect(verdict(made, asked("ACL SETUSER u off", "+OK", 4, 5))).toBe("ok");
    const off = asked("ACL SETUSER u off", null, 1.5, 2.5);
    expect(verdict(made, off, asked("AUTH u sesame", "-WRONGPASS", 3, 4, on))).toBe("ok");
  });

  it("may do what its rights were at one moment of the command", () => {
    const get = asked(`GET ${A}`, "$-1", 8, 9, on);
    expect(verdict(made, login, get)).toBe("ok");
    expect(verdict(made, login, asked("ACL SETUSER u -@all", "+OK", 4, 5), get)).toBe("violation");
    expect(verdict(made, login, asked("ACL SETUSER u -@all", "+OK", 4, 8.5), get)).toBe("ok");
    expect(verdict(made, login, asked("ACL SETUSER u -get", "+OK", 4, 5), get)).toBe("violation");
    const refused = asked(`GET ${A}`, NOPERM, 8, 9, on);
    expect(verdict(made, login, refused)).toBe("violation");
    expect(verdict(made, login, asked("ACL SETUSER u -get", null, 4, 5), refused)).toBe("ok");
    const keys = asked("ACL SETUSER u resetkeys", "+OK", 4, 5);
    expect(verdict(made, login, keys, refused)).toBe("ok");
    const write = asked(`ACL SETUSER u resetkeys %W~${A}`, "+OK", 4, 5);
    expect(verdict(made, login, write, get)).toBe("violation");
    expect(verdict(made, login, write, asked(`SET ${A} v`, "+OK", 8, 9, on))).toBe("ok");
  });

  it("answers on no connection that is older than its deletion, though it is made anew", () => {
    const deleted = asked("ACL DELUSER u", ":1", 4, 5);
    const again = asked("ACL SETUSER u on nopass +@all ~*", "+OK", 6, 7);
    const get = asked(`GET ${A}`, "$-1", 8, 9, on);
    expect(verdict(made, login, deleted, again, get)).toBe("violation");
    expect(verdict(made, login, asked(`GET ${A}`, null, 3.5, 20, on), deleted, again)).toBe("ok");
    expect(verdict(made, login, asked("ACL DELUSER u", ":0", 4, 5))).toBe("violation");
  });

  it("is asked for its rights when what it has queued is executed, and inside its scripts", () => {
    const queued = [["SET", A, "v"]];
    const queues = asked("AUTH u sesame", "+OK", 2, 3, { ...on, queued });
    const exec = (reply: string): Operation =>
      asked("", reply, 6, 7, { ...on, queued, isAtomic: true });
    const lost = asked("ACL SETUSER u -set", "+OK", 4, 5);
    expect(verdict(made, queues, exec("+OK"), asked(`GET ${A}`, "$1\r\nv", 8, 9))).toBe("ok");
    expect(verdict(made, queues, lost, exec("+OK"))).toBe("violation");
    expect(verdict(made, queues, lost, exec("-NOPERM ACLs rules changed"))).toBe("ok");
    const script = (reply: string): Operation => asked(`EVAL body 1 ${A} v`, reply, 6, 7, on);
    expect(verdict(made, login, lost, script("+OK"))).toBe("violation");
    const inside = "-ERR The user executing the script can't run this command or subcommand";
    expect(verdict(made, login, lost, script(inside))).toBe("ok");
  });

  it("waits for a list with the rights of the moment at which it is served", () => {
    const list = `${KEY}:c`;
    const all = asked("ACL SETUSER u ~*", "+OK", 1.2, 1.5);
    const push = asked(`LPUSH ${list} v`, ":1", 6, 7, { session: "t" });
    const other = asked("AUTH u sesame", "+OK", 2, 3.2, { session: "t" });
    const served = asked(
      `BLPOP ${list} 0.2`,
      `*2\r\n$${list.length}\r\n${list}\r\n$1\r\nv`,
      4,
      8,
      on,
    );
    expect(verdict(made, all, login, other, push, served)).toBe("ok");
    const lost = asked("ACL SETUSER u -blpop", "+OK", 4.5, 5.5);
    expect(verdict(made, all, login, other, lost, push, served)).toBe("violation");
  });

  it("is said in words when an answer is impossible", () => {
    const get = asked(`GET ${A}`, NOPERM, 8, 9, on);
    const { sentence } = checkHistory([made, login, get], options);
    expect(sentence).toContain("GET users:0:{0}:a on connection s was answered");
    expect(sentence).toContain(`the user on >sesame +@all %RW~${A}, 1 logged in`);
  });

  it("is given nothing that comes in one transaction with the loss of its right to wait for it", () => {
    const changes = (rule: string): Operation => {
      const requests = [
        ["ACL", "SETUSER", "u", rule],
        ["LPUSH", `${KEY}:c`, "v"],
      ];
      return asked("", "+OK|:1", 5, 6, { requests, isAtomic: true });
    };
    const all = asked("ACL SETUSER u ~*", "+OK", 1.2, 1.5);
    const served = asked(
      `BLPOP ${KEY}:c 0.2`,
      `*2\r\n$${KEY.length + 2}\r\n${KEY}:c\r\n$1\r\nv`,
      4,
      8,
      on,
    );
    const refused = asked(`BLPOP ${KEY}:c 0.2`, "-NOPERM no", 4, 8, on);
    expect(verdict(made, all, login, changes("on"), served)).toBe("ok");
    expect(verdict(made, all, login, changes("-blpop"), served)).toBe("violation");
    expect(verdict(made, all, login, changes("-blpop"), refused)).toBe("ok");
  });
});

describe("a user of a cluster with an ACL file", () => {
  /** As the file says; LPUSH alone is missing. */
  const listed = "listedUsers:0:{0}";
  const key = `${listed}:a`;
  const load = (group: string, fromUs: number): Operation =>
    asked("ACL LOAD", "+OK", fromUs, fromUs + 1, { key: group });
  const of = (group: string): Partial<CommandsInput> => ({ ...on, key: group });

  it("is what the file says once it is loaded, whatever it was made before", () => {
    const taken = asked("ACL SETUSER u -@all", "+OK", 2, 3, { key: listed });
    const enters = (reply: string): Operation => asked("AUTH u sesame", reply, 6, 7, of(listed));
    const get = asked(`GET ${key}`, "$-1", 8, 9, of(listed));
    const push = asked(`LPUSH ${key} v`, "-NOPERM no", 8, 9, of(listed));
    expect(verdict(enters("+OK"))).toBe("violation");
    expect(verdict(load(listed, 0), enters("+OK"), get)).toBe("ok");
    expect(verdict(load(listed, 0), enters("+OK"), push)).toBe("ok");
    expect(verdict(load(listed, 0), taken, enters("+OK"), get)).toBe("violation");
    expect(verdict(load(listed, 0), taken, load(listed, 4), enters("+OK"), get)).toBe("ok");
  });

  it("is gone if the file does not list it, and its connections are, too", () => {
    const group = "unlistedUsers:0:{0}";
    const make = asked("ACL SETUSER u on >sesame +@all ~*", "+OK", 0, 1, { key: group });
    const entered = asked("AUTH u sesame", "+OK", 2, 3, of(group));
    const get = asked(`GET ${group}:a`, "$-1", 8, 9, of(group));
    const again = asked("ACL SETUSER u on nopass +@all ~*", "+OK", 6, 7, { key: group });
    expect(verdict(make, entered, get)).toBe("ok");
    expect(verdict(make, entered, load(group, 4), again, get)).toBe("violation");
    const late = asked("AUTH u sesame", "+OK", 6, 7, of(group));
    expect(verdict(make, load(group, 4), late)).toBe("violation");
  });

  it("keeps its connections to other nodes than the one that loads", () => {
    const entered = asked("AUTH u sesame", "+OK", 2, 3, of(listed));
    const get = asked(`GET ${key}`, "$-1", 8, 9, of(listed));
    const elsewhere = { ...load(listed, 4), node: "db-0-b" };
    expect(verdict(load(listed, 0), entered, load(listed, 4), get)).toBe("violation");
    expect(verdict(load(listed, 0), entered, elsewhere, get)).toBe("ok");
  });
});
