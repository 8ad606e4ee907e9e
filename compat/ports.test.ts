import { createServer } from "node:net";
import { expect, it } from "vitest";
import { Ports, ports } from "./ports.ts";

/** A range of so many ports that nobody listens on. */
async function range(count: number): Promise<{ first: number; own: Ports }> {
  const first = await ports.take(count);
  return { first, own: new Ports(first, first + count - 1) };
}

it("gives blocks that do not overlap, and those that came back once more", async () => {
  const { first, own } = await range(12);
  const large = await own.take(8);
  expect(large).toBe(first);
  expect(await own.take(4)).toBe(first + 8);
  await expect(own.take(2)).rejects.toThrow("no 2 neighbouring ports from");
  own.giveBack(large);
  const small = [await own.take(4), await own.take(4)];
  expect(new Set(small)).toEqual(new Set([first, first + 4]));
});

it("gives none that somebody listens on", async () => {
  const { first, own } = await range(4);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(first + 1, "127.0.0.1", resolve));
  expect(await own.take(2)).toBe(first + 2);
  await expect(own.take(2)).rejects.toThrow("no 2 neighbouring ports from");
  await new Promise((resolve) => server.close(resolve));
});
