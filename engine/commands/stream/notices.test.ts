/** Streams: which keyspace notifications redis-server 7.0.15 tells of them. */
import { expect, it } from "vitest";
import { latin1Of } from "../../bytes/latin1.ts";
import { TestExecutor } from "../testExecutor.ts";

const story: readonly (readonly [line: string, events: readonly string[]])[] = [
  ["XADD s 1-1 f v", ["xadd"]],
  ["XADD s 1-1 f v", []],
  ["XADD s MAXLEN 1 1-2 f v", ["xadd", "xtrim"]],
  ["XADD s MAXLEN ~ 1 1-3 f v", ["xadd"]],
  ["XADD n NOMKSTREAM 1-1 f v", []],
  ["XDEL s 1-3 1-2 7-7", ["xdel"]],
  ["XDEL s 1-3", []],
  ["XTRIM s MAXLEN 0", []],
  ["XADD s 2-1 f v", ["xadd"]],
  ["XADD s 2-2 f v", ["xadd"]],
  ["XTRIM s MAXLEN 1", ["xtrim"]],
  ["XTRIM s MAXLEN 1", []],
  ["XSETID s 5-5", ["xsetid"]],
  ["XGROUP CREATE s g 0", ["xgroup-create"]],
  ["XGROUP CREATE s g 0", []],
  ["XGROUP CREATE new g 0 MKSTREAM", ["xgroup-create"]],
  ["XGROUP SETID s g 0", ["xgroup-setid"]],
  ["XGROUP CREATECONSUMER s g c", ["xgroup-createconsumer"]],
  ["XGROUP CREATECONSUMER s g c", []],
  ["XREADGROUP GROUP g d STREAMS s >", ["xgroup-createconsumer"]],
  ["XREADGROUP GROUP g d STREAMS s >", []],
  ["XREADGROUP GROUP g e STREAMS s 0", ["xgroup-createconsumer"]],
  ["XACK s g 2-2", []],
  ["XCLAIM s g h 0 2-2 FORCE", ["xgroup-createconsumer"]],
  ["XCLAIM s g i 99999 2-2", []],
  ["XAUTOCLAIM s g j 0 0", ["xgroup-createconsumer"]],
  ["XAUTOCLAIM s g k 99999 0", []],
  ["XGROUP DELCONSUMER s g c", ["xgroup-delconsumer"]],
  ["XGROUP DELCONSUMER s g c", []],
  ["XGROUP DESTROY s g", ["xgroup-destroy"]],
  ["XGROUP DESTROY s g", []],
  ["XREAD STREAMS s 0", []],
  ["XRANGE nope - +", ["keymiss"]],
  ["XLEN nope", ["keymiss"]],
  ["XAUTOCLAIM nope g c x 0", ["keymiss"]],
  ["XAUTOCLAIM nope g c 0 0 WORD", ["keymiss"]],
  ["XINFO STREAM nope", ["keymiss"]],
  ["XREAD STREAMS nope s 0 0", ["keymiss", "keymiss"]],
  ["XPENDING nope g", ["keymiss"]],
  ["XACK nope g 1", ["keymiss"]],
  ["XCLAIM nope g c 0 1", ["keymiss"]],
  ["XDEL nope 1", []],
  ["XTRIM nope MAXLEN 0", []],
  ["XGROUP CREATE nope g 0", []],
  ["XGROUP SETID nope g 0", []],
  ["XREADGROUP GROUP g c STREAMS nope >", ["keymiss"]],
  ["XAUTOCLAIM nope g c 0 0", ["keymiss"]],
  ["XSETID nope 1", []],
  ["XREVRANGE nope + -", ["keymiss"]],
];

it("keyspace notifications are those of Redis, one for each change and each key that a read misses", () => {
  const node = new TestExecutor();
  node.ask("CONFIG SET notify-keyspace-events Etm");
  node.ask("PSUBSCRIBE *", 2);
  const told = story.map(([line]) => {
    const { pushes } = node.execute(line.split(" "));
    return [line, pushes.map(({ bytes }) => /__keyevent@0__:(.*)\r/.exec(latin1Of(bytes))?.[1])];
  });
  expect(told).toEqual(story);
});
