/** The order of a large sorted set: the engine's counted tree beside a skip list, same entries, same questions. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CountedTree } from "../engine/structures/countedTree.ts";
import type { Counted, SortedFigures } from "./measured.ts";
import { SkipList } from "./skipList.ts";

interface Order {
  add(score: number, member: string): void;
  remove(score: number, member: string): boolean;
  rankOf(score: number, member: string): number;
  visit(first: number, count: number, visitor: (member: string, score: number) => void): void;
}

const RANGE = 100;

/** Returns the run that is to be measured: every operation once an entry, a range for each hundredth. */
export function sortedCase(structure: "tree" | "skip list", entries: number): () => Counted {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const random = drawing();
  const scores = Array.from({ length: entries }, () => random() * 1e6);
  const members = Array.from({ length: entries }, (_, index) => `member:${index}`);
  return () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    const order: Order = structure === "tree" ? new CountedTree() : new SkipList(random);
    const each = (run: (score: number, member: string) => void): number =>
      cpuUs(entries, () => {
        for (let index = 0; index < entries; index++)
          run(scores[index] as number, members[index] as string);
      });
    const addUs = each((score, member) => order.add(score, member));
    collect();
    const entryBytes = (process.memoryUsage().heapUsed - before) / entries;
    let ranks = 0;
    const rankUs = each((score, member) => {
      ranks += order.rankOf(score, member);
    });
    const ranges = Math.floor(entries / RANGE);
    let visited = 0;
    const rangeUs = cpuUs(ranges, () => {
      for (let index = 0; index < ranges; index++)
        order.visit((index * 7919) % (entries - RANGE), RANGE, () => visited++);
    });
    let removed = 0;
    const removeUs = each((score, member) => {
      if (order.remove(score, member)) removed++;
    });
    const isRight =
      ranks === (entries * (entries - 1)) / 2 && visited === ranges * RANGE && removed === entries;
    const sorted: SortedFigures = { entries, addUs, rankUs, rangeUs, removeUs, entryBytes };
    return { ...nothing, operations: entries, verdict: isRight ? "ok" : "wrong order", sorted };
  };
}

const nothing = { simulatedSeconds: 0, steps: 0, events: 0, syncs: 0 };

function cpuUs(operations: number, run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}

function drawing(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
