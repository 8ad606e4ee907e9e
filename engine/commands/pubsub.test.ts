/** Replies of channels and MONITOR, word for word: each list is one connection to a fresh node. */
import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

const dialogues: readonly (readonly (readonly [string, string])[])[] = [
  [
    ["PUBLISH x hello", ":0\r\n"],
    [
      "SUBSCRIBE x y x",
      "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\ny\r\n:2\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:2\r\n",
    ],
    ["PING", "*2\r\n$4\r\npong\r\n$0\r\n\r\n"],
    ["PING hi", "*2\r\n$4\r\npong\r\n$2\r\nhi\r\n"],
    [
      "GET k",
      "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n",
    ],
    [
      "PUBSUB CHANNELS",
      "-ERR Can't execute 'pubsub|channels': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n",
    ],
    [
      "EXEC",
      "-EXECABORT Transaction discarded because of: Can't execute 'exec': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n",
    ],
    ["GET", "-ERR wrong number of arguments for 'get' command\r\n"],
    ["PSUBSCRIBE x*", "*3\r\n$10\r\npsubscribe\r\n$2\r\nx*\r\n:3\r\n"],
    ["UNSUBSCRIBE z", "*3\r\n$11\r\nunsubscribe\r\n$1\r\nz\r\n:3\r\n"],
    [
      "UNSUBSCRIBE",
      "*3\r\n$11\r\nunsubscribe\r\n$1\r\nx\r\n:2\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\ny\r\n:1\r\n",
    ],
    ["UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n"],
    ["SSUBSCRIBE s", "*3\r\n$10\r\nssubscribe\r\n$1\r\ns\r\n:1\r\n"],
    ["PUNSUBSCRIBE", "*3\r\n$12\r\npunsubscribe\r\n$2\r\nx*\r\n:0\r\n"],
    ["PUNSUBSCRIBE", "*3\r\n$12\r\npunsubscribe\r\n$-1\r\n:0\r\n"],
    [
      "ECHO x",
      "-ERR Can't execute 'echo': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n",
    ],
    ["SUNSUBSCRIBE", "*3\r\n$12\r\nsunsubscribe\r\n$1\r\ns\r\n:0\r\n"],
    ["SUNSUBSCRIBE", "*3\r\n$12\r\nsunsubscribe\r\n$-1\r\n:0\r\n"],
    ["ECHO x", "$1\r\nx\r\n"],
    ["SUBSCRIBE x", "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n"],
    ["RESET", "+RESET\r\n"],
    ["PUBLISH x hello", ":0\r\n"],
  ],
  // RESP3: pushes, and nothing is forbidden
  [
    ["CLIENT REPLY OFF", ""],
    ["HELLO 3", ""],
    ["CLIENT REPLY ON", "+OK\r\n"],
    ["SUBSCRIBE x", ">3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n"],
    [
      "PSUBSCRIBE x* [a-x]",
      ">3\r\n$10\r\npsubscribe\r\n$2\r\nx*\r\n:2\r\n>3\r\n$10\r\npsubscribe\r\n$5\r\n[a-x]\r\n:3\r\n",
    ],
    ["PING", "+PONG\r\n"],
    ["GET k", "_\r\n"],
    [
      "PUBLISH x m",
      ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nm\r\n>4\r\n$8\r\npmessage\r\n$2\r\nx*\r\n$1\r\nx\r\n$1\r\nm\r\n>4\r\n$8\r\npmessage\r\n$5\r\n[a-x]\r\n$1\r\nx\r\n$1\r\nm\r\n:3\r\n",
    ],
    ["SSUBSCRIBE s", ">3\r\n$10\r\nssubscribe\r\n$1\r\ns\r\n:1\r\n"],
    ["SPUBLISH s m", ">3\r\n$8\r\nsmessage\r\n$1\r\ns\r\n$1\r\nm\r\n:1\r\n"],
    ["SPUBLISH x m", ":0\r\n"],
    ["PUBLISH s m", ">4\r\n$8\r\npmessage\r\n$5\r\n[a-x]\r\n$1\r\ns\r\n$1\r\nm\r\n:1\r\n"],
    ["PUBSUB CHANNELS", "*1\r\n$1\r\nx\r\n"],
    ["PUBSUB CHANNELS y*", "*0\r\n"],
    [
      "PUBSUB CHANNELS a b",
      "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.\r\n",
    ],
    ["PUBSUB SHARDCHANNELS", "*1\r\n$1\r\ns\r\n"],
    [
      "pubsub shardchannels a b",
      "-ERR unknown subcommand or wrong number of arguments for 'shardchannels'. Try PUBSUB HELP.\r\n",
    ],
    ["PUBSUB NUMSUB x y x", "*6\r\n$1\r\nx\r\n:1\r\n$1\r\ny\r\n:0\r\n$1\r\nx\r\n:1\r\n"],
    ["PUBSUB NUMSUB", "*0\r\n"],
    ["PUBSUB SHARDNUMSUB s x", "*4\r\n$1\r\ns\r\n:1\r\n$1\r\nx\r\n:0\r\n"],
    ["PUBSUB NUMPAT", ":2\r\n"],
    ["PUBSUB NUMPAT x", "-ERR wrong number of arguments for 'pubsub|numpat' command\r\n"],
    ["PUBSUB NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try PUBSUB HELP.\r\n"],
    ["PUBSUB", "-ERR wrong number of arguments for 'pubsub' command\r\n"],
    // messages to itself stand where they were said
    ["MULTI", "+OK\r\n"],
    ["PUBLISH s m", "+QUEUED\r\n"],
    ["SSUBSCRIBE t", "+QUEUED\r\n"],
    ["PUNSUBSCRIBE", "+QUEUED\r\n"],
    ["GET k", "+QUEUED\r\n"],
    [
      "EXEC",
      "*4\r\n>4\r\n$8\r\npmessage\r\n$5\r\n[a-x]\r\n$1\r\ns\r\n$1\r\nm\r\n:1\r\n-ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client\r\n>3\r\n$12\r\npunsubscribe\r\n$2\r\nx*\r\n:2\r\n>3\r\n$12\r\npunsubscribe\r\n$5\r\n[a-x]\r\n:1\r\n_\r\n",
    ],
    // and reach also who asked for no answers
    ["CLIENT REPLY OFF", ""],
    ["PUBLISH x m", ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nm\r\n"],
    ["SUBSCRIBE y", ">3\r\n$9\r\nsubscribe\r\n$1\r\ny\r\n:2\r\n"],
    ["NOSUCH", ""],
    ["MULTI", ""],
    ["PUBLISH x m", ""],
    ["GET k", ""],
    ["CLIENT REPLY ON", ""],
    ["GET k", ""],
    ["EXEC", ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nm\r\n+OK\r\n_\r\n"],
    ["CLIENT REPLY SKIP", ""],
    ["UNSUBSCRIBE y", ">3\r\n$11\r\nunsubscribe\r\n$1\r\ny\r\n:1\r\n"],
    ["GET k", "_\r\n"],
    ["CLIENT REPLY SKIP", ""],
    ["RESET", ""],
    ["GET k", "$-1\r\n"],
  ],
  // MONITOR
  [
    ["MULTI", "+OK\r\n"],
    ["MONITOR", "+QUEUED\r\n"],
    ["EXEC", "*1\r\n-ERR MONITOR isn't allowed for DENY BLOCKING client\r\n"],
    ["MONITOR", "+OK\r\n"],
    ["MONITOR", ""],
    ["PING", '+PONG\r\n+1700000000.000000 [0 10.1.0.1:5000] "PING"\r\n'],
    ["GET x", "-ERR Replica can't interact with the keyspace\r\n"],
    ["SET x 1", "-ERR Replica can't interact with the keyspace\r\n"],
    ["PUBLISH a b", "-ERR Replica can't interact with the keyspace\r\n"],
    ["CLIENT NO-EVICT OFF", "+OK\r\n"],
    ["MULTI", '+OK\r\n+1700000000.000000 [0 10.1.0.1:5000] "MULTI"\r\n'],
    ['PING "a\\\n\u00ff', "+QUEUED\r\n"],
    [
      "EXEC",
      '*1\r\n$5\r\n"a\\\n\u00ff\r\n+1700000000.000000 [0 10.1.0.1:5000] "PING" "\\"a\\\\\\n\\xff"\r\n+1700000000.000000 [0 10.1.0.1:5000] "EXEC"\r\n',
    ],
    ["MULTI", '+OK\r\n+1700000000.000000 [0 10.1.0.1:5000] "MULTI"\r\n'],
    [
      "EXEC x",
      '-EXECABORT Transaction discarded because of: wrong number of arguments for \'exec\' command\r\n+1700000000.000000 [0 10.1.0.1:5000] "EXEC" "x"\r\n',
    ],
    ["RESET", "+RESET\r\n"],
    ["GET x", "$-1\r\n"],
  ],
];

describe("replies", () => {
  it.each(dialogues.map((dialogue) => [dialogue[0]?.[0], dialogue] as const))(
    "are exact, beginning with %s",
    (_, dialogue) => {
      const node = new TestExecutor();
      expect(dialogue.map(([line]) => [line, node.ask(line)])).toEqual(dialogue);
    },
  );
});
