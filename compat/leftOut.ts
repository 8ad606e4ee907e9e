/** Tests of Redis's suite that are not run, each with its reason. They stand in docs/COMPATIBILITY.md as they stand here. */
import type { SuiteMode } from "./options.ts";

/** What a test needs that is not ours: the only reasons for which one that the real server passes may be left out where the suite starts the server. */
export const needs = [
  "replication by SYNC or PSYNC",
  "AOF or RDB files",
  "live slot migration",
  "the allocator's own defragmentation",
  "another process's private details",
] as const;

interface Reason {
  readonly need: (typeof needs)[number];
  readonly text: string;
}

export interface LeftOut {
  readonly unit: string;
  readonly tests: "all" | readonly string[];
  readonly reason: Reason;
  /** Only in these modes; all if absent. */
  readonly modes?: readonly SuiteMode[];
}

const FILES: Reason = {
  need: "AOF or RDB files",
  text: "writes or reads AOF or RDB files, or the process that writes them: the log is the file",
};
const SLOTS: Reason = {
  need: "live slot migration",
  text: "moves slots or keys between live servers: comes with online resharding",
};
const DEFRAG: Reason = {
  need: "the allocator's own defragmentation",
  text: "Redis's own allocator and how it is defragmented",
};
const CRASH: Reason = {
  need: "another process's private details",
  text: "the crash report of a C program: stack, registers, memory",
};
const STREAM: Reason = {
  need: "replication by SYNC or PSYNC",
  text: "makes a replica, or reads what Redis sends to one (SYNC): ours read the log of their shard",
};

/** Something of Redis's own process. */
function ofRedis(text: string): Reason {
  return { need: "another process's private details", text };
}

export const leftOut: readonly LeftOut[] = [
  {
    unit: "unit/maxmemory",
    tests: [
      "slave buffer are counted correctly",
      "replica buffer don't induce eviction",
      "propagation with eviction",
      "propagation with eviction in MULTI",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/auth",
    tests: ["MASTERAUTH test with binary password"],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/type/list",
    tests: [
      "SWAPDB wants to wake blocked client, but the key already expired",
      "MULTI + LPUSH + EXPIRE + DEBUG SLEEP on blocked client, key already expired",
    ],
    reason: STREAM,
  },
  {
    unit: "unit/expire",
    tests: [
      "SCAN: Lazy-expire should not be wrapped in MULTI/EXEC",
      "RANDOMKEY: Lazy-expire should not be wrapped in MULTI/EXEC",
    ],
    reason: STREAM,
  },
  {
    unit: "unit/latency-monitor",
    tests: ["LATENCY of expire events are correctly collected"],
    reason: ofRedis(
      "wants a set of a million members to take over 20 ms to go: here V8's collector of garbage takes it, later",
    ),
  },
  {
    unit: "unit/querybuf",
    tests: ["query buffer resized correctly", "query buffer resized correctly when not idle"],
    reason: ofRedis(
      "measures the buffer that Redis keeps for each connection: here all are read through one",
    ),
    modes: ["cluster"],
  },
  {
    unit: "unit/type/string",
    tests: ["trim on SET with big value"],
    reason: ofRedis("runs only where INFO names jemalloc as the allocator"),
  },
  { unit: "integration/aof", tests: "all", reason: FILES, modes: ["spawn"] },
  { unit: "integration/aof-multi-part", tests: "all", reason: FILES, modes: ["spawn"] },
  { unit: "integration/rdb", tests: "all", reason: FILES, modes: ["spawn"] },
  {
    unit: "integration/convert-ziplist-hash-on-load",
    tests: "all",
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "integration/convert-ziplist-zset-on-load",
    tests: "all",
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "integration/convert-zipmap-hash-on-load",
    tests: "all",
    reason: FILES,
    modes: ["spawn"],
  },
  { unit: "unit/aofrw", tests: "all", reason: FILES, modes: ["spawn"] },
  { unit: "integration/block-repl", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/failover", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/psync2", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/psync2-master-restart", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/psync2-pingoff", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/psync2-reg", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/replication", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/replication-2", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/replication-3", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/replication-4", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/replication-buffer", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/replication-psync", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/shutdown", tests: "all", reason: STREAM, modes: ["spawn"] },
  { unit: "integration/logging", tests: "all", reason: CRASH, modes: ["spawn"] },
  {
    unit: "integration/redis-cli",
    tests: [
      "Dumping an RDB - functions only: no",
      "Dumping an RDB - functions only: yes",
      "Connecting as a replica",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "integration/corrupt-dump",
    tests: [
      "corrupt payload: load corrupted rdb with no CRC - #3505",
      "corrupt payload: load corrupted rdb with empty keys",
    ],
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "integration/corrupt-dump",
    tests: [
      "corrupt payload: listpack too long entry len",
      "corrupt payload: listpack very long entry len",
      "corrupt payload: hash listpack with duplicate records - convert",
      "corrupt payload: fuzzer findings - NPD in streamIteratorGetID",
      "corrupt payload: fuzzer findings - listpack NPD on invalid stream",
      "corrupt payload: fuzzer findings - stream bad lp_count - unsanitized",
      "corrupt payload: fuzzer findings - infinite loop",
      "corrupt payload: fuzzer findings - negative reply length",
      "corrupt payload: fuzzer findings - stream with no records",
      "corrupt payload: fuzzer findings - stream listpack valgrind issue",
      "corrupt payload: fuzzer findings - stream listpack lpPrev valgrind issue",
      "corrupt payload: fuzzer findings - gcc asan reports false leak on assert",
      "corrupt payload: fuzzer findings - lpFind invalid access",
    ],
    reason: ofRedis(
      "counts failed assertions of a C program that has taken a damaged payload without a look: here all are looked at, and refused",
    ),
    modes: ["spawn"],
  },
  {
    unit: "integration/dismiss-mem",
    tests: ["dismiss replication backlog"],
    reason: STREAM,
    modes: ["spawn"],
  },
  { unit: "unit/pendingquerybuf", tests: "all", reason: STREAM, modes: ["spawn"] },
  {
    unit: "unit/pubsubshard",
    tests: ["setup replication for following tests"],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/networking",
    tests: ["CONFIG SET bind-source-addr"],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/wait",
    tests: [
      "Setup slave",
      "WAIT should acknowledge 1 additional copy of the data",
      "WAIT should not acknowledge 1 additional copy if slave is blocked",
      "WAIT implicitly blocks on client pause since ACKs aren't sent",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/shutdown",
    tests: [
      "Temp rdb will be deleted if we use bg_unlink when shutdown",
      "Temp rdb will be deleted in signal handle",
      "SHUTDOWN will abort if rdb save failed on signal",
      "SHUTDOWN will abort if rdb save failed on shutdown command",
    ],
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "unit/multi",
    tests: [
      "MULTI / EXEC is not propagated (single write command)",
      "MULTI / EXEC is propagated correctly (multiple commands)",
      "MULTI / EXEC is propagated correctly (multiple commands with SELECT)",
      "MULTI / EXEC is propagated correctly (empty transaction)",
      "MULTI / EXEC is propagated correctly (read-only commands)",
      "MULTI / EXEC is propagated correctly (write command, no effect)",
      "MULTI / EXEC with REPLICAOF",
      "exec with write commands and state change",
      "exec with read commands and stale replica state change",
      "MULTI propagation of PUBLISH",
      "MULTI propagation of SCRIPT LOAD",
      "MULTI propagation of EVAL",
      "MULTI propagation of SCRIPT FLUSH",
      "MULTI propagation of XREADGROUP",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/multi",
    tests: [
      "MULTI with BGREWRITEAOF",
      "MULTI with FLUSHALL and AOF",
      "MULTI with config set appendonly",
    ],
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "unit/expire",
    tests: [
      "All TTL in commands are propagated as absolute timestamp in replication stream",
      "First server should have role slave after REPLICAOF",
      "For all replicated TTL-related commands, absolute expire times are identical on primary and replica",
      "GETEX propagate as to replica as PERSIST, DEL, or nothing",
      "expired key which is created in writeable replicas should be deleted by active expiry",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/expire",
    tests: [
      "All time-to-live(TTL) in commands are propagated as absolute timestamp in milliseconds in AOF",
    ],
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "unit/type/list",
    tests: [
      "BLMPOP propagate as pop with count command to replica",
      "LMPOP propagate as pop with count command to replica",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/dump",
    tests: [
      "MIGRATE is caching connections",
      "MIGRATE cached connections are released after some time",
      "MIGRATE is able to migrate a key between two instances",
      "MIGRATE is able to copy a key between two instances",
      "MIGRATE will not overwrite existing keys, unless REPLACE is used",
      "MIGRATE propagates TTL correctly",
      "MIGRATE can correctly transfer large values",
      "MIGRATE can correctly transfer hashes",
      "MIGRATE timeout actually works",
      "MIGRATE can migrate multiple keys at once",
      "MIGRATE with multiple keys must have empty key arg",
      "MIGRATE with multiple keys migrate just existing ones",
      "MIGRATE with multiple keys: stress command rewriting",
      "MIGRATE with multiple keys: delete just ack keys",
      "MIGRATE AUTH: correct and wrong password cases",
    ],
    reason: SLOTS,
    modes: ["spawn"],
  },
  {
    unit: "unit/type/stream-cgroups",
    tests: [
      "Consumer group last ID propagation to slave (NOACK=0)",
      "Consumer group last ID propagation to slave (NOACK=1)",
      "Replication tests of XCLAIM with deleted entries (autclaim=0)",
      "Replication tests of XCLAIM with deleted entries (autclaim=1)",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/type/string",
    tests: [
      "GETDEL propagate as DEL command to replica",
      "GETEX without argument does not propagate to replica",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/bitfield",
    tests: [
      "BITFIELD: setup slave",
      "BITFIELD: write on master, read on slave",
      "BITFIELD_RO with only key as argument",
      "BITFIELD_RO fails when write option is used",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/pause",
    tests: [
      "Test replica offset would grow after unpause",
      "Test when replica paused, offset would not grow",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/other",
    tests: ["Don't rehash if redis has child process"],
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "unit/introspection",
    tests: ["config during loading"],
    reason: FILES,
    modes: ["spawn"],
  },
  {
    unit: "unit/functions",
    tests: [
      "Connect a replica to the master instance",
      "FUNCTION - creation is replicated to replica",
      "FUNCTION - call on replica",
      "FUNCTION - restore is replicated to replica",
      "FUNCTION - delete is replicated to replica",
      "FUNCTION - flush is replicated to replica",
      "Disconnecting the replica from master instance",
      "FUNCTION - test replication to replica on rdb phase",
      "FUNCTION - test replication to replica on rdb phase info command",
      "FUNCTION - create on read only replica",
      "FUNCTION - delete on read only replica",
      "FUNCTION - function effect is replicated to replica",
      "FUNCTION - modify key space of read only replica",
      'FUNCTION can processes create, delete and flush commands in AOF when doing "debug loadaof" in read-only slaves',
      "FUNCTION - allow stale",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/scripting",
    tests: [
      "Connect a replica to the master instance",
      "'x' should be '4' for EVALSHA being replicated by effects",
      "Replication of script multiple pushes to list with BLPOP",
      "EVALSHA replication when first call is readonly",
      "Lua scripts using SELECT are replicated correctly",
      "Test selective replication of certain Redis commands from Lua",
      "Using side effects is not a problem with command replication",
      "SPOP: We can call scripts rewriting client->argv from Lua",
      "MGET: mget shouldn't be propagated in Lua",
      "EXPIRE: We can call scripts rewriting client->argv from Lua",
      "INCRBYFLOAT: We can call scripts expanding client->argv from Lua",
      "no-writes shebang flag on replica",
      "not enough good replicas state change during long script",
      "allow-stale shebang flag",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/type/zset",
    tests: [
      "ZMPOP propagate as pop with count command to replica",
      "BZMPOP propagate as pop with count command to replica",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  { unit: "unit/cluster", tests: "all", reason: SLOTS, modes: ["spawn"] },
  { unit: "unit/cluster/misc", tests: "all", reason: SLOTS, modes: ["spawn"] },
  { unit: "unit/cluster/links", tests: "all", reason: STREAM, modes: ["spawn"] },
  {
    unit: "unit/memefficiency",
    tests: [
      "Active defrag",
      "Active defrag eval scripts",
      "Active defrag big keys",
      "Active defrag big list",
      "Active defrag edge case",
    ],
    reason: DEFRAG,
    modes: ["spawn"],
  },
];

/** Tests that the real server does not pass either: they are not run, and no baseline has them. */
const failing: ReadonlyMap<string, readonly string[]> = new Map([
  // Debian's source package brings a test for another message than its server has.
  ["unit/dump", ["RESTORE fail with invalid payload size"]],
  // Looks for long chains in Redis's own hash table, which it has by luck.
  ["unit/type/set", ["SRANDMEMBER with a dict containing long chain"]],
]);

/** What a unit spares in a mode. */
export function leftOutOf(unit: string, mode: SuiteMode): "all" | ReadonlySet<string> {
  const names = new Set<string>(failing.get(unit));
  for (const entry of leftOut) {
    if (entry.unit !== unit || entry.modes?.includes(mode) === false) continue;
    if (entry.tests === "all") return "all";
    for (const name of entry.tests) names.add(name);
  }
  return names;
}
