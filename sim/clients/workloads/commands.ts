/**
 * Every command on strings and keys, in all its forms, with random small arguments over three keys of a group, alone or
 * inside MULTI; and what is asked of the server itself, as far as that neither changes the connection nor closes it.
 */
import { type Forms, makeCommands } from "./forms.ts";
import { readAll, readSome } from "./groups.ts";
import type { Workload } from "./workload.ts";

const GROUP_KEYS = 3;
const SERVER_RATIO = 0.1;

const readForms: readonly string[] = [
  "GET key",
  "MGET key key key",
  "STRLEN key",
  "GETRANGE key offset offset",
  "SUBSTR key offset offset",
  "LCS key key",
  "LCS key key LEN",
  "LCS key key IDX MINMATCHLEN count WITHMATCHLEN",
  "EXISTS key key",
  "TOUCH key key",
  "TYPE key",
  "TTL key",
  "PTTL key",
  "EXPIRETIME key",
  "PEXPIRETIME key",
  "OBJECT ENCODING key",
  "OBJECT REFCOUNT key",
];

/** Of the server and the connection; some answers depend on the node, and only their kind is compared. */
const serverForms: readonly string[] = [
  "PING",
  "PING value",
  "ECHO value",
  "SELECT 0",
  "AUTH value",
  "HELLO 2",
  "UNWATCH",
  "READWRITE",
  "TIME",
  "ROLE",
  "INFO",
  "WAIT 0 0",
  "CLIENT ID",
  "CLIENT GETNAME",
  "CLIENT INFO",
  "CLIENT LIST",
  "CLIENT NO-EVICT ON",
  "CLIENT SETNAME simulated",
  "CLIENT HELP",
  "CLUSTER COUNTKEYSINSLOT 0",
  "CLUSTER GETKEYSINSLOT 0 1",
  "CLUSTER INFO",
  "CLUSTER KEYSLOT key",
  "CLUSTER MYID",
  "CLUSTER NODES",
  "CLUSTER SHARDS",
  "CLUSTER SLOTS",
  "CLUSTER HELP",
  "COMMAND COUNT",
  "COMMAND DOCS GETEX",
  "COMMAND GETKEYS MSET key value key value",
  "COMMAND GETKEYSANDFLAGS COPY key key",
  "COMMAND INFO GET",
  "COMMAND LIST",
  "COMMAND HELP",
  "OBJECT HELP",
];

const writeForms: readonly string[] = [
  "SET key value",
  "SET key value NX",
  "SET key value XX",
  "SET key value GET",
  "SET key value NX GET",
  "SET key value XX KEEPTTL",
  "SET key value EX seconds",
  "SET key value PX milliseconds",
  "SET key value EXAT unixseconds",
  "SET key value PXAT unixmilliseconds",
  "SETNX key value",
  "SETEX key seconds value",
  "PSETEX key milliseconds value",
  "GETSET key value",
  "GETDEL key",
  "GETEX key",
  "GETEX key PERSIST",
  "GETEX key EX seconds",
  "GETEX key PXAT unixmilliseconds",
  "MSET key value key value",
  "MSETNX key value key value",
  "APPEND key value",
  "SETRANGE key offset value",
  "INCR key",
  "DECR key",
  "INCRBY key integer",
  "DECRBY key integer",
  "INCRBYFLOAT key float",
  "DEL key",
  "DEL key key",
  "UNLINK key",
  "EXPIRE key seconds",
  "EXPIRE key seconds NX",
  "EXPIRE key seconds XX",
  "PEXPIRE key milliseconds",
  "EXPIREAT key unixseconds",
  "EXPIREAT key unixseconds GT",
  "EXPIREAT key unixseconds LT",
  "PEXPIREAT key unixmilliseconds",
  "PEXPIREAT key unixmilliseconds XX",
  "PERSIST key",
  "RENAME key key",
  "RENAMENX key key",
  "COPY key key",
  "COPY key key REPLACE",
];

const forms: Forms = { reads: readForms, writes: writeForms, words: {}, keys: GROUP_KEYS };

export const commands: Workload = {
  kind: "commands",
  specification: "executor",
  writesPerKey: 80,
  makeRead(group, draw) {
    const isAlone = draw.random() < SERVER_RATIO;
    const from = isAlone ? serverForms : readForms;
    return makeCommands(group, draw, forms, { isRead: true, from, isAlone });
  },
  makeReplicaRead: (group, draw) => readSome(group, GROUP_KEYS, draw),
  makeScan: (group) => readAll(group, GROUP_KEYS),
  makeWrite: (group, draw) => makeCommands(group, draw, forms, { isRead: false, from: writeForms }),
};
