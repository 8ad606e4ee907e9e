import { describe, expect, it } from "vitest";
import { must } from "../../assert.ts";
import { Listpack } from "../../structures/listpack.ts";
import { GREATEST_ID, LEAST_ID, idOfWords, idText } from "./streamId.ts";
import { StreamNode } from "./streamNode.ts";

/** What a DUMP of Redis 7.0.15 holds of the stream below, whose entry 5-9 was deleted. */
const imageOfRedis =
  "180100002f00050101010201816102816202000102010001000101018568656c6c6f060501030100010201d00002cfff" +
  "0205010201000103017f01c08002050100010101dff9020301817802f200800004817902f3ffff7fff05817a02f4ffff" +
  "ffffffffff7f090a010201f4c56677836301000009dff802f2ff7fff04f400000000000000800905010201dff902dffc" +
  "02bf" +
  "78".repeat(63) +
  "40e040" +
  "79".repeat(64) +
  "420501ff";

const entries: readonly (readonly [string, readonly string[]])[] = [
  [idOfWords(0, 5, 0, 7), ["a", "1", "b", "hello"]],
  [idOfWords(0, 5, 0, 9), ["a", "-4096", "b", "4095"]],
  [idOfWords(0, 5, 0, 10), ["a", "127", "b", "128"]],
  [idOfWords(0, 6, 0, 0), ["x", "32768", "y", "-8388609", "z", "9223372036854775807"]],
  [
    idOfWords(355, 2205640394, 0xffffffff, 0xffffffff),
    ["a", "-32769", "b", "-9223372036854775808"],
  ],
  [idOfWords(0xffffffff, 0xfffffffe, 0, 3), ["a", "x".repeat(63), "b", "y".repeat(64)]],
];

function idAt(index: number): string {
  return must(entries[index], "an entry")[0];
}

function filled(): StreamNode {
  const [first, ...rest] = entries;
  const node = StreamNode.begin(idAt(0), must(first, "an entry")[1]);
  for (const [id, items] of rest) node.append(id, items);
  return node;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function idsOf(node: StreamNode, from: string = LEAST_ID, to: string = GREATEST_ID): string[] {
  const ids: string[] = [];
  node.visit(from, to, ({ id }) => ids.push(idText(id)) > 0);
  return ids;
}

function idsBack(node: StreamNode, from: string = LEAST_ID, to: string = GREATEST_ID): string[] {
  const ids: string[] = [];
  node.visitBack(from, to, ({ id }) => ids.push(idText(id)) > 0);
  return ids;
}

describe("a node of a stream", () => {
  it("has Redis's bytes", () => {
    const node = filled();
    expect(node.delete(idAt(1))).toBe(true);
    expect(node.image()).toEqual(bytesOf(imageOfRedis));
    expect(node.lengthBytes).toBe(280);
  });

  it("reads Redis's bytes", () => {
    const node = new StreamNode(idAt(0), Listpack.of(bytesOf(imageOfRedis)));
    const found: unknown[] = [];
    node.visit(LEAST_ID, GREATEST_ID, ({ id, items }) => found.push([id, items]) > 0);
    expect(found).toEqual(entries.filter((_, index) => index !== 1));
    expect([node.liveCount, node.deletedCount]).toEqual([5, 1]);
  });

  it("visits a range of ids in both directions, and stops when told", () => {
    const node = filled();
    const [from, to] = [idAt(1), idAt(3)];
    expect(idsOf(node, from, to)).toEqual(["5-9", "5-10", "6-0"]);
    expect(idsBack(node, from, to)).toEqual(["6-0", "5-10", "5-9"]);
    expect(idsOf(node, idOfWords(0, 5, 0, 8), idOfWords(0, 5, 0, 9))).toEqual(["5-9"]);
    expect(node.visit(LEAST_ID, GREATEST_ID, () => false)).toBe(false);
    expect(node.visitBack(LEAST_ID, from, ({ id }) => id > idAt(0))).toBe(false);
  });

  it("deletes once, and passes over what was deleted", () => {
    const node = filled();
    const id = idAt(2);
    expect([node.delete(id), node.delete(id), node.delete(idOfWords(0, 5, 0, 8))]).toEqual([
      true,
      false,
      false,
    ]);
    expect([node.liveCount, node.deletedCount]).toEqual([5, 1]);
    expect(idsOf(node)).not.toContain("5-10");
    expect(idsBack(node)).toEqual(idsOf(node).toReversed());
  });

  it("deletes from its head on, counts what comes before an id, and knows its last id for good", () => {
    const node = filled();
    node.delete(idAt(1));
    expect(node.liveBefore(idAt(3))).toBe(2);
    node.deleteFirst(2);
    expect(idsOf(node)[0]).toBe("6-0");
    expect(node.liveBefore(idAt(3))).toBe(0);
    node.delete(idAt(5));
    expect(idText(node.lastId)).toBe("18446744073709551614-3");
  });

  it("moves its entries when the counts of its head grow or shrink", () => {
    const node = StreamNode.begin(idOfWords(0, 1, 0, 0), ["f", "0"]);
    for (let number = 1; number < 300; number++)
      node.append(idOfWords(0, 1, 0, number), ["f", String(number)]);
    node.deleteFirst(200);
    expect([node.liveCount, node.deletedCount]).toEqual([100, 200]);
    for (let number = 200; number < 210; number++)
      expect(node.delete(idOfWords(0, 1, 0, number))).toBe(true);
    expect(idsOf(node)).toHaveLength(90);
    expect(idsBack(node).at(-1)).toBe("1-210");
  });

  it("has fields of its own where they differ in name or order from the first entry's", () => {
    const node = StreamNode.begin(idOfWords(0, 1, 0, 0), ["a", "1", "b", "2"]);
    const before = node.lengthBytes;
    node.append(idOfWords(0, 1, 0, 1), ["a", "1", "b", "2"]);
    const same = node.lengthBytes - before;
    node.append(idOfWords(0, 1, 0, 2), ["b", "1", "a", "2"]);
    // The count of the fields and two names of three bytes each more.
    expect(node.lengthBytes - before - same).toBe(same + 2 + 6);
  });
});
