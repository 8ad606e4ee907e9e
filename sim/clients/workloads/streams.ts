import { kindOfForms } from "./forms.ts";
import type { Workload } from "./workload.ts";

/**
 * Every command on streams and their groups, over two keys; consumers wait for entries. How long an entry has been pending depends
 * on clocks: no command asks for those that have been for some time.
 */
export const streams: Workload = kindOfForms(
  "streams",
  ["XRANGE key - +", "XLEN key", "XPENDING key g"],
  {
    keys: 2,
    words: {
      id: ["1-1", "1-2", "2-1", "3-0", "5-5"],
      since: ["0", "1-1", "2-0", "3"],
      next: ["1-*", "2-*", "3-*", "5-*"],
      group: ["g", "g", "h"],
      consumer: ["c", "d"],
      blockMs: ["10", "50", "200"],
    },
    reads: [
      "XRANGE key - +",
      "XRANGE key since + COUNT count",
      "XREVRANGE key + since",
      "XLEN key",
      "XREAD COUNT 3 STREAMS key key since since",
      "XREAD BLOCK blockMs STREAMS key since",
      "XPENDING key group",
      "XPENDING key group - + 10",
      "XINFO STREAM key",
      "XINFO GROUPS key",
      "XINFO CONSUMERS key group",
      "XINFO HELP",
      "XGROUP HELP",
    ],
    writes: [
      "XADD key next f unique",
      "XADD key next f unique",
      "XADD key next f unique g value",
      "XADD key * f unique",
      "XADD key NOMKSTREAM id f unique",
      "XADD key MAXLEN = 5 next f unique",
      "XADD key MINID ~ since next f unique",
      "XDEL key id",
      "XTRIM key MAXLEN 3",
      "XTRIM key MINID since",
      "XSETID key 9-9",
      "XGROUP CREATE key group 0 MKSTREAM",
      "XGROUP CREATE key group $ MKSTREAM",
      "XGROUP SETID key group since",
      "XGROUP DESTROY key group",
      "XGROUP CREATECONSUMER key group e",
      "XGROUP DELCONSUMER key group e",
      "XREADGROUP GROUP group consumer COUNT count STREAMS key >",
      "XREADGROUP GROUP group consumer COUNT 2 STREAMS key >",
      "XREADGROUP GROUP group consumer NOACK STREAMS key >",
      "XREADGROUP GROUP group consumer STREAMS key 0",
      "XREADGROUP GROUP group consumer BLOCK blockMs STREAMS key >",
      "XACK key group id",
      "XACK key group id id id",
      "XCLAIM key group consumer 0 id",
      "XCLAIM key group consumer 0 id id JUSTID",
      "XAUTOCLAIM key group consumer 0 0 COUNT 2",
      "XAUTOCLAIM key group consumer 0 0 JUSTID",
      "DEL key",
      "COPY key key REPLACE",
    ],
  },
);
