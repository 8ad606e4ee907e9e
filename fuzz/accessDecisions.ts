/**
 * Users by lot, and what they may do: rules for ACL SETUSER, then ACL DRYRUN of requests by lot, to the engine and to a real redis-server.
 * The order of single commands in a user's rules is that of a hash table there: words are compared sorted. Which categories stand for many
 * commands hangs on all commands there are: while some are missing here, rules of commands are left out.
 */
import { latin1Of } from "../engine/bytes/latin1.ts";
import { accessCategories } from "../engine/access/categories.ts";
import type { CommandSpec } from "../engine/commands/spec.ts";
import { commandTable } from "../engine/commands/table.ts";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { encode, type RealConnection } from "./realServer.ts";

const decisionsPerUser = 200;

export interface Difference {
  readonly request: readonly string[];
  readonly rules: readonly string[];
  readonly here: string;
  readonly there: string;
}

export interface Comparison {
  readonly decisions: number;
  /** Of the decisions; users who may do all or nothing show little. */
  readonly allowed: number;
  readonly users: number;
  /** Both know the same commands, so that rules of commands were compared too. */
  readonly comparesCommands: boolean;
  readonly differences: readonly Difference[];
}

/** Stops at the first user with a difference. */
export async function compareDecisions(
  real: RealConnection,
  seed: number,
  wanted: number,
): Promise<Comparison> {
  const draw = new Draw(seed);
  const ours = new TestExecutor();
  ours.isClusterMode = false;
  const comparesCommands = await hasSameCommands(real, ours);
  const differences: Difference[] = [];
  let decisions = 0;
  let allowed = 0;
  let users = 0;
  while (decisions < wanted && differences.length === 0) {
    const name = `u${users % 50}`;
    users += 1;
    const rules: string[] = [];
    const requests: string[][] = [];
    const ruleCount = 1 + draw.below(6);
    if (draw.below(2) === 0) rules.push("reset");
    for (let index = 0; index < ruleCount; index++) {
      const rule = draw.rule();
      rules.push(rule);
      requests.push([
        "ACL",
        "SETUSER",
        name,
        ...(index === 0 && rules.length > 1 ? [rules[0] ?? ""] : []),
        rule,
      ]);
    }
    requests.push(["ACL", "GETUSER", name]);
    // Of all fifty users, once each was made anew.
    if (users % 50 === 0) requests.push(["ACL", "LIST"]);
    for (let index = 0; index < decisionsPerUser; index++) {
      requests.push(["ACL", "DRYRUN", name, ...draw.request()]);
    }
    real.send(requests.map(encode).join(""));
    for (const request of requests) {
      const there = comparable(request, await real.reply(), comparesCommands);
      const reply = latin1Of(ours.execute(request).reply);
      const here = comparable(request, reply, comparesCommands);
      if (request[1] === "DRYRUN") {
        decisions += 1;
        if (here === "+OK\r\n") allowed += 1;
      }
      if (here !== there && !isMeant(request)) differences.push({ request, rules, here, there });
    }
  }
  return { decisions, allowed, users, comparesCommands, differences };
}

async function hasSameCommands(real: RealConnection, ours: TestExecutor): Promise<boolean> {
  const there = await real.ask(["COMMAND", "LIST"]);
  const here = latin1Of(ours.execute(["COMMAND", "LIST"]).reply);
  const sorted = (reply: string): string => reply.split("\r\n").toSorted().join(" ");
  return sorted(here) === sorted(there);
}

/**
 * PFMERGE without a source: Redis finds none of its keys then, and lets anybody write to the first. MIGRATE with keys in two places, which is
 * wrong in any case, and MIGRATE moves nothing here.
 */
function isMeant([, subcommand, , command, ...given]: readonly string[]): boolean {
  if (subcommand !== "DRYRUN") return false;
  return command === "migrate" || (command === "pfmerge" && given.length === 1);
}

/** Rules with their words sorted, and without the lengths that say nothing more. */
function comparable(
  [, subcommand]: readonly string[],
  reply: string,
  withCommands: boolean,
): string {
  if (subcommand !== "GETUSER" && subcommand !== "LIST") return reply;
  return reply
    .split("\r\n")
    .filter((line) => !line.startsWith("$"))
    .map((line) => {
      const words = line.split(" ").map((word) => word.replace(/\)$/, ""));
      return words
        .filter((word) => withCommands || !/^\(?[+-]/.test(word))
        .toSorted()
        .join(" ");
    })
    .join("\n");
}

const keys = ["k", "k1", "k2", "app:1", "app:2", "secret", "x", "*", "", "a b"];
const words: readonly string[] = [
  keys,
  ["0", "1", "2", "3", "-1", "GET", "STORE", "STREAMS", "KEYS", "LIMIT", "BY", "GROUP", "g"],
  ["ch1", "ch2", "news", "ch*", "count", "NX", "EX", "set", "incrby", "overflow", "u8", "AND"],
  ["asc", "copy", "replace", "auth", "storedist", "left", "right", "withscores", "$", ">"],
].flat();
const patterns = ["*", "k*", "app:*", "k1", "x", "[ab]*", "", "secret", "?", "\\*"];
const channels = ["*", "ch*", "ch1", "news", "", "n?ws"];

class Draw {
  private state: number;
  private readonly runnable: readonly CommandSpec[] = commandTable.everyone.filter(
    ({ subcommands }) => subcommands === undefined,
  );

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 4294967296) * limit);
  }

  private of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** A whole request with enough words, its subcommand as a word of its own. */
  request(): string[] {
    const spec = this.of(this.runnable);
    const argv = spec.name.split("|");
    const least = Math.abs(spec.arity);
    const count = spec.arity > 0 ? least : least + this.below(6);
    while (argv.length < count) argv.push(this.of(words));
    if (this.below(50) === 0) argv.push("x");
    return argv;
  }

  rule(): string {
    switch (this.below(16)) {
      case 0:
      case 1:
      case 2:
        return `${this.of(["~", "~", "%R~", "%W~", "%RW~", "%r~", "%X~", "%~"])}${this.of(patterns)}`;
      case 3:
      case 4:
        return `&${this.of(channels)}`;
      case 5:
      case 6:
      case 7:
        return `${this.of(["+", "-"])}@${this.of([...accessCategories, "all", "all", "nosuch"])}`;
      case 8:
      case 9:
        return `${this.of(["+", "+", "-"])}${this.of(commandTable.everyone).name}`;
      case 10:
        return `+${this.of(commandTable.everyone).name}|${this.of(["get", "0", "k", "", "set"])}`;
      case 11:
        return this.of([
          "allkeys",
          "resetkeys",
          "allchannels",
          "resetchannels",
          "AllCommands",
          "nocommands",
        ]);
      case 12:
        return this.of([
          "on",
          "off",
          "nopass",
          "resetpass",
          ">pw",
          "<pw",
          "sanitize-payload",
          "skip-sanitize-payload",
          "clearselectors",
        ]);
      default:
        return `(${Array.from({ length: this.below(4) }, () => this.selectorRule()).join(" ")})`;
    }
  }

  private selectorRule(): string {
    const rule = this.rule();
    return rule.startsWith("(") ? "~k*" : rule;
  }
}
