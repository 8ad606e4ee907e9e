import { beforeEach, describe, expect, it } from "vitest";
import { FairWaitingCheck } from "./fairWaiting.ts";
import type { Waiter } from "./observer.ts";
import { operationOf } from "./testOperations.ts";

let check: FairWaitingCheck;
let isConnected: (connection: number) => boolean;

beforeEach(() => {
  check = new FairWaitingCheck();
  isConnected = () => true;
});

function waits(connection: number, line: string, deadlineUs = Infinity): Waiter {
  return { connection, request: line.split(" "), deadlineUs };
}

/** One step after another, 100 µs apart: who waits behind each. */
function see(...steps: readonly (readonly Waiter[])[]): string | undefined {
  steps.forEach((waiters, index) => {
    const nowUs = 100 * (index + 1);
    check.viewed(nowUs, "db-0-a", waiters, nowUs, isConnected);
  });
  return check.tally.violation?.signature;
}

const outOfTurn = "served out of turn";

describe("who waits for a key", () => {
  const first = waits(1, "BLPOP k 0");
  const second = waits(2, "BRPOP k 0");

  it("is served before who came later, and all of one step stand side by side", () => {
    expect(see([first], [first, second], [second], [])).toBeUndefined();
    expect(check.finish()).toMatchObject({ verdict: "ok", examined: 1 });
    expect(see([first, second], [first])).toBeUndefined();
  });

  it("is not passed over, whatever order the node tells", () => {
    expect(see([first], [second, first], [first])).toBe(outOfTurn);
    expect(check.tally.violation?.sentence).toBe(
      "db-0-a served at ⟨300⟩ the BRPOP k 0 of connection 2, which had waited since ⟨200⟩, and not the BLPOP k 0 of connection 1, which had since ⟨100⟩",
    );
  });

  it("stands where it stood as long as it is the same request, and anew with another", () => {
    const anew = waits(1, "BLPOP k 0");
    expect(see([first], [second, { ...first }], [{ ...first }])).toBe(outOfTurn);
    check = new FairWaitingCheck();
    expect(see([first], [first, second], [second, anew], [anew])).toBeUndefined();
  });

  it("says nothing of those whose time is up, who left, or who wait for something else", () => {
    const brief = waits(3, "BLPOP k 0.0002", 300);
    expect(see([first], [first, brief], [first])).toBeUndefined();
    isConnected = (connection) => connection !== 2;
    expect(see([first], [first, second], [first])).toBeUndefined();
    isConnected = () => true;
    for (const line of ["BZPOPMIN k 0", "BLPOP o 0", "BLPOP k o 0", "XREAD BLOCK 0 STREAMS k $"]) {
      const other = waits(4, line);
      expect(see([first], [first, other], [first])).toBeUndefined();
    }
  });

  it("is told by commands of every form", () => {
    for (const [early, late] of [
      ["BLPOP k o 0", "BLMOVE o d LEFT LEFT 0"],
      ["BLMPOP 0 2 k o LEFT", "BRPOPLPUSH k d 0"],
      ["BZPOPMAX k 0", "BZMPOP 0 1 k MIN"],
      ["XREADGROUP GROUP g a BLOCK 0 STREAMS k o > >", "XREADGROUP GROUP g b BLOCK 0 STREAMS o >"],
    ] as const) {
      check = new FairWaitingCheck();
      const [one, two] = [waits(1, early), waits(2, late)];
      expect([early, see([one], [one, two], [one])]).toEqual([early, outOfTurn]);
    }
    const groups = ["g", "h"].map((group, index) =>
      waits(index, `XREADGROUP GROUP ${group} a BLOCK 0 STREAMS k >`),
    );
    check = new FairWaitingCheck();
    expect(see(groups.slice(0, 1), groups, groups.slice(0, 1))).toBeUndefined();
  });
});

describe("who comes while another waits", () => {
  const waiter = waits(1, "BLPOP k 0");

  function takes(line: string, reply: string, invokedUs: number): string | undefined {
    const input = {
      f: "commands",
      key: "k",
      requests: [line.split(" ")],
      isAtomic: false,
      isRead: false,
    } as const;
    check.operationCompleted(operationOf(input, [reply], invokedUs, invokedUs + 20));
    return check.tally.violation?.signature;
  }

  const element = "$1\r\na\r\n";
  const named = `*2\r\n$1\r\nk\r\n${element}`;

  it("takes nothing for which that one goes on waiting", () => {
    for (const [line, reply] of [
      ["LPOP k", element],
      ["LMOVE k d LEFT LEFT", element],
      ["BLPOP o k 0", named],
      ["LMPOP 2 o k LEFT", `*2\r\n$1\r\nk\r\n*1\r\n${element}`],
    ] as const) {
      check = new FairWaitingCheck();
      see([waiter], [waiter], [waiter]);
      expect([line, takes(line, reply, 150)]).toEqual([line, "taken from one who waits"]);
    }
  });

  it("may find nothing, take something else, or be answered when nobody waits any more or yet", () => {
    see([waiter], [waiter], [waiter]);
    expect(takes("LPOP k", "$-1\r\n", 150)).toBeUndefined();
    expect(takes("LPOP o", element, 150)).toBeUndefined();
    expect(takes("ZPOPMIN k", `*2\r\n$1\r\na\r\n$1\r\n1\r\n`, 150)).toBeUndefined();
    expect(takes("LPOP k", element, 90)).toBeUndefined();
    check.viewed(400, "db-0-a", [], 400, isConnected);
    expect(takes("LPOP k", element, 385)).toBeUndefined();
    expect(takes("LPOP k", element, 350)).toBe("taken from one who waits");
  });
});
