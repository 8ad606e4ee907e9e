/** XREAD and XREADGROUP: replies as redis-server 7.0.15 gives them, and that the records alone rebuild what the commands made. */
import { expect, it } from "vitest";
import { TestExecutor } from "../testExecutor.ts";
import { shapeOf, type Shape } from "./testShape.ts";

const invalidId = "-ERR Invalid stream ID specified as stream command argument";
const syntax = "-ERR syntax error";
const notInteger = "-ERR value is not an integer or out of range";

/** Each is one connection to a fresh node. */
const dialogues: Readonly<Record<string, readonly (readonly [string, Shape])[]>> = {
  "give each entry to one consumer, and again what is pending with it": [
    ["XGROUP CREATE s g 0 MKSTREAM", "+OK"],
    ["XREADGROUP GROUP g a STREAMS s >", "*-1"],
    [
      "XINFO GROUPS s",
      [
        [
          "name",
          "g",
          "consumers",
          0,
          "pending",
          0,
          "last-delivered-id",
          "0-0",
          "entries-read",
          "$-1",
          "lag",
          0,
        ],
      ],
    ],
    ["XADD s 1-1 f v", "1-1"],
    ["XADD s 1-2 f v", "1-2"],
    ["XADD s 1-3 f v", "1-3"],
    ["XREADGROUP GROUP g a COUNT 1 STREAMS s >", [["s", [["1-1", ["f", "v"]]]]]],
    [
      "XREADGROUP GROUP g b STREAMS s >",
      [
        [
          "s",
          [
            ["1-2", ["f", "v"]],
            ["1-3", ["f", "v"]],
          ],
        ],
      ],
    ],
    ["XREADGROUP GROUP g b STREAMS s >", "*-1"],
    [
      "XREADGROUP GROUP g b STREAMS s 0",
      [
        [
          "s",
          [
            ["1-2", ["f", "v"]],
            ["1-3", ["f", "v"]],
          ],
        ],
      ],
    ],
    ["XREADGROUP GROUP g b COUNT 1 STREAMS s 1-2", [["s", [["1-3", ["f", "v"]]]]]],
    ["XREADGROUP GROUP g nobody STREAMS s 0", [["s", []]]],
    [
      "XPENDING s g",
      [
        3,
        "1-1",
        "1-3",
        [
          ["a", "1"],
          ["b", "2"],
        ],
      ],
    ],
    ["XACK s g 1-2 1-2 9-9", 1],
    ["XACK s g x", invalidId],
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
    ["XDEL s 1-3", 1],
    ["XREADGROUP GROUP g b STREAMS s 0", [["s", [["1-3", "*-1"]]]]],
    ["XGROUP SETID s g 0", "+OK"],
    [
      "XREADGROUP GROUP g b STREAMS s >",
      [
        [
          "s",
          [
            ["1-1", ["f", "v"]],
            ["1-2", ["f", "v"]],
          ],
        ],
      ],
    ],
    ["XPENDING s g", [3, "1-1", "1-3", [["b", "3"]]]],
    ["XGROUP DELCONSUMER s g b", 3],
    ["XPENDING s g", [0, "$-1", "$-1", "*-1"]],
    [
      "XINFO GROUPS s",
      [
        [
          "name",
          "g",
          "consumers",
          2,
          "pending",
          0,
          "last-delivered-id",
          "1-2",
          "entries-read",
          "$-1",
          "lag",
          "$-1",
        ],
      ],
    ],
  ],
  "NOACK leaves nothing pending": [
    ["XGROUP CREATE s g 0 MKSTREAM", "+OK"],
    ["XADD s 1-1 f v", "1-1"],
    ["XREADGROUP GROUP g a NOACK STREAMS s >", [["s", [["1-1", ["f", "v"]]]]]],
    ["XPENDING s g", [0, "$-1", "$-1", "*-1"]],
    ["XREADGROUP GROUP g a NOACK STREAMS s 0", [["s", []]]],
  ],
  "several streams, of which only some have something": [
    ["XADD s 1-1 f v", "1-1"],
    ["XADD t 2-1 f v", "2-1"],
    [
      "XREAD STREAMS s t 0 0",
      [
        ["s", [["1-1", ["f", "v"]]]],
        ["t", [["2-1", ["f", "v"]]]],
      ],
    ],
    ["XREAD COUNT 1 STREAMS s t 1-1 2", [["t", [["2-1", ["f", "v"]]]]]],
    ["XREAD STREAMS s none $ 0", "*-1"],
    [
      "XREAD COUNT -1 STREAMS s s 0 0",
      [
        ["s", [["1-1", ["f", "v"]]]],
        ["s", [["1-1", ["f", "v"]]]],
      ],
    ],
    [
      "XREAD STREAMS s t 0",
      "-ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
    ],
    [
      "XREAD STREAMS s >",
      "-ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
    ],
    ["XREAD STREAMS s x", invalidId],
    [
      "XREAD GROUP g c STREAMS s 0",
      "-ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.",
    ],
    [
      "XREAD NOACK STREAMS s 0",
      "-ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.",
    ],
    ["XREAD COUNT x STREAMS s 0", notInteger],
    ["XREAD BLOCK x STREAMS s 0", "-ERR timeout is not an integer or out of range"],
    ["XREAD BLOCK -1 STREAMS s 0", "-ERR timeout is negative"],
    ["XREAD BLOCK 10 STREAMS s 0", [["s", [["1-1", ["f", "v"]]]]]],
    ["XREAD COUNT 1 BLOCK", syntax],
    ["XREAD NOSUCH STREAMS s 0", syntax],
    [
      "XREADGROUP GROUP g c STREAMS s >",
      "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option",
    ],
    [
      "XREADGROUP GROUP g c STREAMS s $",
      "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option",
    ],
    ["XREADGROUP COUNT 1 COUNT 1 STREAMS s >", "-ERR Missing GROUP option for XREADGROUP"],
    ["XGROUP CREATE s g 0", "+OK"],
    ["XGROUP CREATE t g 0", "+OK"],
    [
      "XREADGROUP GROUP g c STREAMS s $",
      "-ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.",
    ],
    [
      "XREADGROUP GROUP g c STREAMS s t s > > >",
      [
        ["s", [["1-1", ["f", "v"]]]],
        ["t", [["2-1", ["f", "v"]]]],
      ],
    ],
    ["XREADGROUP GROUP g c STREAMS s t 0 >", [["s", [["1-1", ["f", "v"]]]]]],
  ],
};

for (const [name, dialogue] of Object.entries(dialogues)) {
  it(`reading: ${name}`, () => {
    const node = new TestExecutor();
    const replies = dialogue.map(([line]) => [line, shapeOf(node.ask(line))]);
    expect(replies).toEqual(dialogue);
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });
}
