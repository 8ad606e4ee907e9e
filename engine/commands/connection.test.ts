/** Replies of connections, word for word: each list is one connection to a fresh node. */
import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

const dialogues: readonly (readonly (readonly [string, string])[])[] = [
  [
    ["PING", "+PONG\r\n"],
    ["PING hi", "$2\r\nhi\r\n"],
    ["PING a b", "-ERR wrong number of arguments for 'ping' command\r\n"],
    ["ECHO hi", "$2\r\nhi\r\n"],
    ["SELECT 0", "+OK\r\n"],
    ["SELECT 1", "-ERR SELECT is not allowed in cluster mode\r\n"],
    ["SELECT x", "-ERR value is not an integer or out of range\r\n"],
    [
      "AUTH pw",
      "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\r\n",
    ],
    ["AUTH default pw", "+OK\r\n"],
    ["AUTH bob pw", "-WRONGPASS invalid username-password pair or user is disabled.\r\n"],
    ["AUTH a b c", "-ERR syntax error\r\n"],
    ["READONLY", "+OK\r\n"],
    ["READWRITE", "+OK\r\n"],
    ["RESET", "+RESET\r\n"],
    ["QUIT", "+OK\r\n"],
  ],
  [
    [
      "HELLO",
      "*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:2\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$7\r\ncluster\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n",
    ],
    [
      "HELLO 3",
      "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$7\r\ncluster\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n",
    ],
    ["GET none", "_\r\n"],
    [
      "HELLO 2 SETNAME bob",
      "*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:2\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$7\r\ncluster\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n",
    ],
    ["CLIENT GETNAME", "$3\r\nbob\r\n"],
    ["HELLO 4", "-NOPROTO unsupported protocol version\r\n"],
    ["HELLO x", "-ERR Protocol version is not an integer or out of range\r\n"],
    ["HELLO 3 AUTH bob pw", "-WRONGPASS invalid username-password pair or user is disabled.\r\n"],
    ["HELLO 3 FOO", "-ERR Syntax error in HELLO option 'FOO'\r\n"],
  ],
  [
    ["CLIENT ID", ":1\r\n"],
    ["CLIENT SETNAME alice", "+OK\r\n"],
    ["CLIENT GETNAME", "$5\r\nalice\r\n"],
    ["CLIENT SETNAME a;b", "+OK\r\n"],
    [
      "CLIENT INFO",
      "$264\r\nid=1 addr=10.1.0.1:5000 laddr=10.0.0.1:6379 fd=-1 name=a;b age=0 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=10 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=0 tot-mem=17418 events=r cmd=client|info user=default redir=-1 resp=2\n\r\n",
    ],
    [
      "CLIENT LIST ID 1",
      "$264\r\nid=1 addr=10.1.0.1:5000 laddr=10.0.0.1:6379 fd=-1 name=a;b age=0 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=13 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=0 tot-mem=17421 events=r cmd=client|list user=default redir=-1 resp=2\n\r\n",
    ],
    [
      "CLIENT LIST TYPE normal",
      "$264\r\nid=1 addr=10.1.0.1:5000 laddr=10.0.0.1:6379 fd=-1 name=a;b age=0 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=20 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=0 tot-mem=17428 events=r cmd=client|list user=default redir=-1 resp=2\n\r\n",
    ],
    ["CLIENT LIST ID 7 -3", "$0\r\n\r\n"],
    ["CLIENT LIST TYPE pubsub", "$0\r\n\r\n"],
    ["CLIENT GETREDIR", ":-1\r\n"],
    [
      "CLIENT TRACKINGINFO",
      "*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n",
    ],
    ["CLIENT KILL LADDR 1.1.1.1:1", ":0\r\n"],
    ["CLIENT KILL ID 5 ID x", "-ERR client-id should be greater than 0\r\n"],
    ["CLIENT KILL ID 5 ID", "-ERR syntax error\r\n"],
    ["CLIENT KILL ID", "-ERR No such client\r\n"],
    ["CLIENT KILL TYPE pubsub SKIPME no", ":0\r\n"],
    ["CLIENT KILL SKIPME x", "-ERR syntax error\r\n"],
    ["CLIENT LIST TYPE master", "$0\r\n\r\n"],
    ["CLIENT LIST TYPE x", "-ERR Unknown client type 'x'\r\n"],
    ["CLIENT LIST ID x", "-ERR Invalid client ID\r\n"],
    ["CLIENT LIST FOO", "-ERR syntax error\r\n"],
    ["CLIENT REPLY OFF", ""],
    ["PING", ""],
    ["CLIENT REPLY ON", "+OK\r\n"],
    ["CLIENT REPLY SKIP", ""],
    ["PING", ""],
    ["PING", "+PONG\r\n"],
    ["CLIENT REPLY FOO", "-ERR syntax error\r\n"],
    ["CLIENT NO-EVICT ON", "+OK\r\n"],
    ["CLIENT NO-EVICT x", "-ERR syntax error\r\n"],
    ["CLIENT KILL 1.1.1.1:1", "-ERR No such client\r\n"],
    ["CLIENT KILL ID 99", ":0\r\n"],
    ["CLIENT KILL ID 1 SKIPME no", ":1\r\n"],
    ["CLIENT KILL ID x", "-ERR client-id should be greater than 0\r\n"],
    ["CLIENT KILL TYPE x", "-ERR Unknown client type 'x'\r\n"],
    ["CLIENT KILL USER bob", "-ERR No such user 'bob'\r\n"],
    ["CLIENT KILL ADDR a FOO b", "-ERR syntax error\r\n"],
    ["CLIENT NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.\r\n"],
    ["CLIENT", "-ERR wrong number of arguments for 'client' command\r\n"],
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
