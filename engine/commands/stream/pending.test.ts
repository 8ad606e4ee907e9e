/** Pending entries of consumer groups: replies as redis-server 7.0.15 gives them, and that the records alone rebuild what the commands made. */
import { expect, it } from "vitest";
import { TestExecutor } from "../testExecutor.ts";
import { shapeOf, type Shape } from "./testShape.ts";

const invalidId = "-ERR Invalid stream ID specified as stream command argument";
const syntax = "-ERR syntax error";
const notInteger = "-ERR value is not an integer or out of range";

/** Each is one connection to a fresh node. */
const dialogues: Readonly<Record<string, readonly (readonly [string, Shape])[]>> = {
  "by range, consumer and idle time": [
    ["XGROUP CREATE s g 0 MKSTREAM", "+OK"],
    ["XPENDING s g", [0, "$-1", "$-1", "*-1"]],
    ["XADD s 1-1 f v", "1-1"],
    ["XADD s 1-2 f v", "1-2"],
    ["XREADGROUP GROUP g a COUNT 1 STREAMS s >", [["s", [["1-1", ["f", "v"]]]]]],
    ["XREADGROUP GROUP g b COUNT 1 STREAMS s >", [["s", [["1-2", ["f", "v"]]]]]],
    [
      "XPENDING s g",
      [
        2,
        "1-1",
        "1-2",
        [
          ["a", "1"],
          ["b", "1"],
        ],
      ],
    ],
    [
      "XPENDING s g - + 10",
      [
        ["1-1", "a", 0, 1],
        ["1-2", "b", 0, 1],
      ],
    ],
    ["XPENDING s g - + 1", [["1-1", "a", 0, 1]]],
    ["XPENDING s g - + 0", []],
    ["XPENDING s g - + -1", []],
    ["XPENDING s g (1-1 + 10", [["1-2", "b", 0, 1]]],
    ["XPENDING s g - (1-1 10", []],
    ["XPENDING s g - + 10 b", [["1-2", "b", 0, 1]]],
    ["XPENDING s g - + 10 nobody", []],
    [
      "XPENDING s g IDLE 0 - + 10",
      [
        ["1-1", "a", 0, 1],
        ["1-2", "b", 0, 1],
      ],
    ],
    ["XPENDING s g IDLE 60000 - + 10", []],
    ["XPENDING s g IDLE x - + 10", notInteger],
    ["XPENDING s g IDLE 0 - +", syntax],
    ["XPENDING s g - +", syntax],
    ["XPENDING s g - + x", notInteger],
    ["XPENDING s g x + 1", invalidId],
    ["XPENDING s g - x 1", invalidId],
    ["XPENDING s g - + 1 a b c d", syntax],
    ["XPENDING s h", "-NOGROUP No such key 's' or consumer group 'h'"],
  ],
  "is claimed": [
    ["XGROUP CREATE s g 0 MKSTREAM", "+OK"],
    ["XADD s 1-1 f v", "1-1"],
    ["XADD s 1-2 f v", "1-2"],
    ["XADD s 1-3 f v", "1-3"],
    [
      "XREADGROUP GROUP g a STREAMS s >",
      [
        [
          "s",
          [
            ["1-1", ["f", "v"]],
            ["1-2", ["f", "v"]],
            ["1-3", ["f", "v"]],
          ],
        ],
      ],
    ],
    ["XCLAIM s g b 0 1-1", [["1-1", ["f", "v"]]]],
    ["XCLAIM s g b 60000 1-2", []],
    ["XCLAIM s g b 0 1-2 JUSTID", ["1-2"]],
    [
      "XPENDING s g - + 10",
      [
        ["1-1", "b", 0, 2],
        ["1-2", "b", 0, 1],
        ["1-3", "a", 0, 1],
      ],
    ],
    ["XCLAIM s g b 0 1-3 RETRYCOUNT 7", [["1-3", ["f", "v"]]]],
    ["XCLAIM s g b 0 1-3 RETRYCOUNT 9223372036854775807 JUSTID", ["1-3"]],
    [
      "XPENDING s g - + 10 b",
      [
        ["1-1", "b", 0, 2],
        ["1-2", "b", 0, 1],
        ["1-3", "b", 0, "big:9223372036854775807"],
      ],
    ],
    ["XCLAIM s g b 0 1-3", [["1-3", ["f", "v"]]]],
    ["XPENDING s g 1-3 + 10", [["1-3", "b", 0, "big:-9223372036854775808"]]],
    ["XDEL s 1-2", 1],
    ["XCLAIM s g a 0 1-1 1-2 9-9", [["1-1", ["f", "v"]]]],
    [
      "XPENDING s g",
      [
        2,
        "1-1",
        "1-3",
        [
          ["a", "1"],
          ["b", "1"],
        ],
      ],
    ],
    ["XACK s g 1-1", 1],
    ["XCLAIM s g a 0 1-1", []],
    ["XCLAIM s g a 0 1-1 FORCE JUSTID", ["1-1"]],
    ["XPENDING s g 1-1 1-1 10", [["1-1", "a", 0, 1]]],
    ["XACK s g 1-1", 1],
    ["XCLAIM s g a 0 1-1 FORCE", [["1-1", ["f", "v"]]]],
    ["XPENDING s g 1-1 1-1 10", [["1-1", "a", 0, 2]]],
    ["XCLAIM s g a 0 9-9 FORCE", []],
    ["XCLAIM s g a 0 1-1 LASTID 5-5", [["1-1", ["f", "v"]]]],
    [
      "XINFO GROUPS s",
      [
        [
          "name",
          "g",
          "consumers",
          2,
          "pending",
          2,
          "last-delivered-id",
          "5-5",
          "entries-read",
          3,
          "lag",
          0,
        ],
      ],
    ],
    ["XCLAIM s g a x 1-1", "-ERR Invalid min-idle-time argument for XCLAIM"],
    ["XCLAIM s g a 0 1-1 IDLE x", "-ERR Invalid IDLE option argument for XCLAIM"],
    ["XCLAIM s g a 0 1-1 TIME x", "-ERR Invalid TIME option argument for XCLAIM"],
    ["XCLAIM s g a 0 1-1 RETRYCOUNT x", "-ERR Invalid RETRYCOUNT option argument for XCLAIM"],
    ["XCLAIM s g a 0 1-1 LASTID x", invalidId],
    ["XCLAIM s g a 0 1-1 FORCE 1-2", "-ERR Unrecognized XCLAIM option '1-2'"],
    ["XCLAIM s g a 0 1-1 IDLE", "-ERR Unrecognized XCLAIM option 'IDLE'"],
    ["XCLAIM s h a x 1-1", "-NOGROUP No such key 's' or consumer group 'h'"],
  ],
  "is claimed by whoever comes": [
    ["XGROUP CREATE s g 0 MKSTREAM", "+OK"],
    ["XADD s 1-1 f v", "1-1"],
    ["XADD s 1-2 f v", "1-2"],
    ["XADD s 1-3 f v", "1-3"],
    ["XADD s 1-4 f v", "1-4"],
    [
      "XREADGROUP GROUP g a STREAMS s >",
      [
        [
          "s",
          [
            ["1-1", ["f", "v"]],
            ["1-2", ["f", "v"]],
            ["1-3", ["f", "v"]],
            ["1-4", ["f", "v"]],
          ],
        ],
      ],
    ],
    ["XAUTOCLAIM s g b 60000 -", ["0-0", [], []]],
    ["XINFO CONSUMERS s g", [["name", "a", "pending", 4, "idle", 0]]],
    ["XAUTOCLAIM s g b 0 - COUNT 1", ["1-2", [["1-1", ["f", "v"]]], []]],
    ["XAUTOCLAIM s g b 0 (1-1 COUNT 1 JUSTID", ["1-3", ["1-2"], []]],
    ["XDEL s 1-1 1-3", 2],
    ["XAUTOCLAIM s g b 0 0 COUNT 2", ["1-3", [["1-2", ["f", "v"]]], ["1-1"]]],
    ["XAUTOCLAIM s g b 0 1-3", ["0-0", [["1-4", ["f", "v"]]], ["1-3"]]],
    ["XAUTOCLAIM s g b 0 9-9", ["0-0", [], []]],
    [
      "XPENDING s g - + 10",
      [
        ["1-2", "b", 0, 2],
        ["1-4", "b", 0, 2],
      ],
    ],
    ["XAUTOCLAIM s g b x 0", "-ERR Invalid min-idle-time argument for XAUTOCLAIM"],
    ["XAUTOCLAIM s g b 0 x", invalidId],
    ["XAUTOCLAIM s g b 0 0 COUNT 0", "-ERR COUNT must be > 0"],
    ["XAUTOCLAIM s g b 0 0 COUNT x", "-ERR COUNT must be > 0"],
    ["XAUTOCLAIM s g b 0 0 COUNT 576460752303423488", "-ERR COUNT must be > 0"],
    [
      "XAUTOCLAIM s g b 0 0 COUNT 576460752303423487",
      "-ERR Insufficient memory, failed allocating transient memory, COUNT too high.",
    ],
    ["XAUTOCLAIM s g b 0 0 COUNT", syntax],
    ["XAUTOCLAIM s g b 0 0 NOSUCH", syntax],
    ["XAUTOCLAIM s h b 0 0", "-NOGROUP No such key 's' or consumer group 'h'"],
  ],
};

for (const [name, dialogue] of Object.entries(dialogues)) {
  it(`pending entries: ${name}`, () => {
    const node = new TestExecutor();
    const replies = dialogue.map(([line]) => [line, shapeOf(node.ask(line))]);
    expect(replies).toEqual(dialogue);
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });
}
