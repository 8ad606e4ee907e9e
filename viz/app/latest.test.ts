import { describe, expect, it } from "vitest";
import { Latest } from "./latest.ts";

/** Questions under way, to be answered by hand. */
function desk() {
  const open: { question: number; answer(text: string): void; fail(): void }[] = [];
  const heard: string[] = [];
  const latest = new Latest<number, string>(
    (question) =>
      new Promise((resolve, reject) => {
        open.push({ question, answer: resolve, fail: () => reject(new Error("no")) });
      }),
    (answer) => heard.push(answer),
    (_, question) => heard.push(`failed ${question}`),
  );
  return { open, heard, latest };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe("the latest question", () => {
  it("waits for the one under way, and those between are never asked", async () => {
    const { open, heard, latest } = desk();
    for (const question of [1, 2, 3]) latest.ask(question);
    expect(open.map((each) => each.question)).toEqual([1]);
    open[0]?.answer("one");
    await settle();
    expect(open.map((each) => each.question)).toEqual([1, 3]);
    open[1]?.answer("three");
    await settle();
    expect(heard).toEqual(["three"]);
  });

  it("is not heard once it is forgotten", async () => {
    const { open, heard, latest } = desk();
    latest.ask(1);
    latest.forget();
    open[0]?.answer("one");
    await settle();
    expect(heard).toEqual([]);
    latest.ask(2);
    open[1]?.fail();
    await settle();
    expect(heard).toEqual(["failed 2"]);
  });
});
