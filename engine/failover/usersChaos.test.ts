import { expect, it } from "vitest";
import { TestShard, type TestClient } from "./testShard.ts";

const MOST_MS = 60_000;

/** A generator of its own: the lots of a run hang on its seed alone. */
function lots(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * limit);
  };
}

/**
 * One administrator gives "bob" the right to SET and takes it away, over and over, while primaries are cut off from the log, crash and
 * come back; bob tries on whichever node calls itself primary.
 */
function run(seed: number): {
  readonly honoured: string[];
  readonly decided: number;
  readonly lists: Set<string>;
} {
  const below = lots(seed);
  const shard = new TestShard().start();
  shard.ask(shard.elect().id, ["ACL", "SETUSER", "bob", "on", ">pw", "~*", "+set"]);
  const honoured: string[] = [];
  let decided = 0;
  /** What bob may do, undefined while a change is under way or its outcome is unknown. */
  let mayWrite: boolean | undefined = true;
  let admin: { client: TestClient; toWrite: boolean } | undefined;
  const bobs: { client: TestClient; node: string; mayWrite: boolean | undefined }[] = [];
  const isPrimary = (id: string): boolean =>
    shard.at(id).isUp && shard.at(id).node.role === "primary";
  const primaries = (): string[] => [...shard.nodes.keys()].filter(isPrimary);

  const judge = (): void => {
    const reply = admin?.client.take() ?? "";
    if (admin !== undefined && (reply !== "" || admin.client.isClosed)) {
      mayWrite = reply === "+OK\r\n" ? admin.toWrite : reply === "" ? undefined : mayWrite;
      admin = undefined;
    }
    for (const bob of bobs.splice(0)) {
      const told = bob.client.take();
      if (told === "" && !bob.client.isClosed) bobs.push(bob);
      else if (bob.mayWrite === false && told.includes("+OK\r\n+OK\r\n"))
        honoured.push(`${shard.nowUs} ${bob.node}`);
      else if (told.includes("+OK\r\n")) decided += 1;
    }
  };

  for (let turn = 0; turn < 400; turn++) {
    const node = primaries()[below(2)] ?? primaries()[0];
    const what = below(20);
    if (what < 4 && node !== undefined && admin === undefined) {
      const toWrite = below(2) === 0;
      const client = shard.connect(node).send("ACL", "SETUSER", "bob", toWrite ? "+set" : "-set");
      admin = { client, toWrite };
      // Until its outcome is known both may be true; what follows a failure of one may be either.
      mayWrite = undefined;
    } else if (what < 12 && node !== undefined) {
      // A try that begins after a revocation was acknowledged must fail, whoever is primary by then.
      const client = shard.connect(node).send("AUTH", "bob", "pw").send("SET", "k", "1");
      bobs.push({ client, node, mayWrite: admin === undefined ? mayWrite : undefined });
    } else if (what === 12 && node !== undefined) {
      shard.at(node).isCutFromLog = true;
    } else if (
      what === 13 &&
      primaries().length > 0 &&
      [...shard.nodes.values()].every(({ isUp }) => isUp)
    ) {
      shard.crash(node ?? "");
    } else if (what === 14) {
      for (const one of shard.nodes.values()) {
        one.isCutFromLog = false;
        if (!one.isUp) shard.startNode(one.id);
      }
    }
    shard.run(1 + below(400));
    judge();
  }
  for (const one of shard.nodes.values()) {
    one.isCutFromLog = false;
    if (!one.isUp) shard.startNode(one.id);
  }
  shard.run(MOST_MS);
  judge();
  const lists = new Set([...shard.nodes.keys()].map((id) => shard.ask(id, ["ACL", "LIST"])));
  return { honoured, decided, lists };
}

it("rule 25: a right whose loss was acknowledged is never honoured by a later primary, and all agree when faults end", () => {
  let decided = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const outcome = run(seed);
    expect([seed, outcome.honoured]).toEqual([seed, []]);
    expect([seed, outcome.lists.size]).toEqual([seed, 1]);
    decided += outcome.decided;
  }
  expect(decided).toBeGreaterThan(50);
}, 60_000);
