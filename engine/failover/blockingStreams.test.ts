/** PROTOCOL rule 23 for streams: who waits in XREAD and XREADGROUP is answered as by redis-server 7.0.15. */
import { expect, it } from "vitest";
import { inspectKeys } from "../inspect.ts";
import { type TestClient, type TestNode, TestShard } from "./testShard.ts";

/** A request of a client, its answer ("" while it waits), and what others are answered by that. */
type Line = readonly [request: string, answer: string, others?: Readonly<Record<string, string>>];

const stories: Readonly<Record<string, readonly Line[]>> = {
  'goes on behind the id that "$" stood for, whatever XSETID and XTRIM do meanwhile': [
    ["main: XADD s 1-1 f v", "$3\r\n1-1\r\n"],
    ["c: XREAD BLOCK 0 STREAMS s $", ""],
    ["main: XSETID s 2-0", "+OK\r\n"],
    ["main: XTRIM s MAXLEN 0", ":1\r\n"],
    [
      "main: XADD s 3-0 f v",
      "$3\r\n3-0\r\n",
      { c: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n3-0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
  ],
  "is served from the stream that was ready first, and from that alone": [
    ["c: XREAD BLOCK 0 STREAMS {k}a {k}b 0 0", ""],
    ["main: MULTI", "+OK\r\n"],
    ["main: XADD {k}b 1-1 f v", "+QUEUED\r\n"],
    ["main: XADD {k}a 1-1 f v", "+QUEUED\r\n"],
    [
      "main: EXEC",
      "*2\r\n$3\r\n1-1\r\n$3\r\n1-1\r\n",
      { c: "*1\r\n*2\r\n$4\r\n{k}b\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
  ],
  "is told of an entry that is gone already": [
    ["c: XREAD BLOCK 0 STREAMS s $", ""],
    ["main: MULTI", "+OK\r\n"],
    ["main: XADD s 1-1 f v", "+QUEUED\r\n"],
    ["main: XDEL s 1-1", "+QUEUED\r\n"],
    ["main: EXEC", "*2\r\n$3\r\n1-1\r\n:1\r\n", { c: "*1\r\n*2\r\n$1\r\ns\r\n*0\r\n" }],
    ["main: XADD s 1-2 f v", "$3\r\n1-2\r\n"],
  ],
  "does not mind that the key is gone or holds something else meanwhile": [
    ["c: XREAD BLOCK 0 STREAMS s $", ""],
    ["main: MULTI", "+OK\r\n"],
    ["main: XADD s 1-1 f v", "+QUEUED\r\n"],
    ["main: DEL s", "+QUEUED\r\n"],
    ["main: LPUSH s x", "+QUEUED\r\n"],
    ["main: EXEC", "*3\r\n$3\r\n1-1\r\n:1\r\n:1\r\n"],
    ["main: DEL s", ":1\r\n"],
    [
      "main: XADD s 1-2 f v",
      "$3\r\n1-2\r\n",
      { c: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
  ],
  "in a group is served one after the other, in the order of their coming": [
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 STREAMS s >", ""],
    ["b: XREADGROUP GROUP g b BLOCK 0 NOACK STREAMS s >", ""],
    [
      "main: XADD s 1-1 f v",
      "$3\r\n1-1\r\n",
      { a: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
    [
      "main: XPENDING s g",
      "*4\r\n:1\r\n$3\r\n1-1\r\n$3\r\n1-1\r\n*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n",
    ],
    [
      "main: XADD s 1-2 f v",
      "$3\r\n1-2\r\n",
      { b: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
    [
      "main: XPENDING s g",
      "*4\r\n:1\r\n$3\r\n1-1\r\n$3\r\n1-1\r\n*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n",
    ],
    [
      "main: XINFO GROUPS s",
      "*1\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:2\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-delivered-id\r\n$3\r\n1-2\r\n$12\r\nentries-read\r\n:2\r\n$3\r\nlag\r\n:0\r\n",
    ],
  ],
  "in a group is not woken by what only the group's place makes new": [
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    ["main: XADD s 1-1 f v", "$3\r\n1-1\r\n"],
    ["main: XGROUP SETID s g $", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 COUNT 2 STREAMS s >", ""],
    ["main: XGROUP SETID s g 0", "+OK\r\n"],
    ["main: XGROUP CREATECONSUMER s g z", ":1\r\n"],
    [
      "main: XADD s 1-2 f v",
      "$3\r\n1-2\r\n",
      {
        a: "*1\r\n*2\r\n$1\r\ns\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n",
      },
    ],
    ["main: XADD s 1-3 f v", "$3\r\n1-3\r\n"],
  ],
  "in a group learns that the group is gone": [
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 STREAMS s >", ""],
    [
      "main: XGROUP DESTROY s g",
      ":1\r\n",
      { a: "-NOGROUP the consumer group this client was blocked on no longer exists\r\n" },
    ],
  ],
  "in a group learns that the stream is gone, and others wait on": [
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 STREAMS s >", ""],
    ["b: XREAD BLOCK 0 STREAMS s $", ""],
    ["main: DEL s", ":1\r\n", { a: "-UNBLOCKED the stream key no longer exists\r\n" }],
    [
      "main: XADD s 1-1 f v",
      "$3\r\n1-1\r\n",
      { b: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
  ],
  "in a group learns that the key holds something else": [
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 STREAMS s >", ""],
    ["main: SET s x", "+OK\r\n", { a: "-UNBLOCKED the stream key no longer exists\r\n" }],
  ],
  "in a group learns that all keys are gone": [
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 STREAMS s >", ""],
    ["main: FLUSHALL", "+OK\r\n", { a: "-UNBLOCKED the stream key no longer exists\r\n" }],
  ],
  "in a group learns that another stream without the group took its place": [
    ["main: XGROUP CREATE {k}s g 0 MKSTREAM", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 STREAMS {k}s >", ""],
    ["main: XADD {k}t 1-1 f v", "$3\r\n1-1\r\n"],
    [
      "main: RENAME {k}t {k}s",
      "+OK\r\n",
      { a: "-NOGROUP the consumer group this client was blocked on no longer exists\r\n" },
    ],
  ],
  "in a group is served from a stream that took its place": [
    ["main: XGROUP CREATE {k}s g 0 MKSTREAM", "+OK\r\n"],
    ["main: XGROUP CREATE {k}t g 0 MKSTREAM", "+OK\r\n"],
    ["a: XREADGROUP GROUP g a BLOCK 0 STREAMS {k}s >", ""],
    ["main: XADD {k}t 1-1 f v", "$3\r\n1-1\r\n"],
    [
      "main: RENAME {k}t {k}s",
      "+OK\r\n",
      { a: "*1\r\n*2\r\n$4\r\n{k}s\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
  ],
  "waits for a key that is made without entries": [
    ["c: XREAD BLOCK 0 STREAMS s 0-0", ""],
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    [
      "main: XADD s 1-1 f v",
      "$3\r\n1-1\r\n",
      { c: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
  ],
  "that names a key twice is asked for the first": [
    ["c: XREAD BLOCK 0 STREAMS s s 5-0 0-0", ""],
    ["main: XADD s 4-0 f v", "$3\r\n4-0\r\n"],
    [
      "main: XADD s 6-0 f v",
      "$3\r\n6-0\r\n",
      { c: "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n6-0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n" },
    ],
  ],
  "is sent away when its time has come": [
    ["c: XREAD BLOCK 30 STREAMS s 0-0", "*-1\r\n"],
    ["main: PING", "+PONG\r\n"],
  ],
  "in a group does not wait for what is pending with it": [
    ["main: XGROUP CREATE s g 0 MKSTREAM", "+OK\r\n"],
    ["main: XADD s 1-1 f v", "$3\r\n1-1\r\n"],
    [
      "a: XREADGROUP GROUP g a STREAMS s >",
      "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n",
    ],
    [
      "a: XREADGROUP GROUP g a BLOCK 0 STREAMS s 0",
      "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n",
    ],
  ],
  "does not wait in a transaction": [
    ["main: MULTI", "+OK\r\n"],
    ["main: XREAD BLOCK 0 STREAMS s $", "+QUEUED\r\n"],
    ["main: EXEC", "*1\r\n*-1\r\n"],
  ],
};

function stateOf({ node }: TestNode): string[] {
  const state: string[] = [];
  inspectKeys(node, (key, type, value) => state.push(`${key} ${type} ${value}`));
  return state.toSorted();
}

for (const [name, story] of Object.entries(stories)) {
  it(`a client ${name}`, () => {
    const shard = new TestShard().start();
    const primary = shard.elect();
    const clients = new Map<string, TestClient>();
    const clientOf = (who: string): TestClient => {
      const present = clients.get(who) ?? shard.connect(primary.id);
      clients.set(who, present);
      return present;
    };
    const happened = story.map(([line]): Line => {
      const [who = "", ...words] = line.split(/:? /);
      const client = clientOf(who).send(...words);
      shard.run(60);
      const answer = client.take();
      const others = [...clients].filter(([other]) => other !== who);
      const answers = others.map(([other, one]) => [other, one.take()] as const);
      const told = Object.fromEntries(answers.filter(([, text]) => text !== ""));
      return Object.keys(told).length === 0 ? [line, answer] : [line, answer, told];
    });
    expect(happened).toEqual(story);
    shard.run(100);
    const states = shard.replicas().map((replica) => stateOf(replica));
    expect(states).toEqual(states.map(() => stateOf(primary)));
  });
}

it("a client of a replica is served by the record that fills its stream", () => {
  const shard = new TestShard().start();
  const primary = shard.elect();
  const [replica] = shard.replicas();
  const client = shard.connect(replica.id).send("READONLY");
  client.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
  shard.run(20);
  expect(client.take()).toBe("+OK\r\n");
  expect(shard.ask(primary.id, ["XADD", "s", "1-1", "f", "v"])).toBe("$3\r\n1-1\r\n");
  shard.run(50);
  expect(client.take()).toBe(
    "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n",
  );
});
