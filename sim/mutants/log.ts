import type { Mutant } from "./mutant.ts";

/** Conditional append, on the log's side and on the writer's. */
export const logMutants: readonly Mutant[] = [
  {
    name: "noop-in-the-chain",
    file: "engine/log/shardLog.ts",
    before: "  const { position, incarnation, sequence, chain, bytesUpTo } = last;\n",
    after: `  const { position, incarnation, chain, bytesUpTo } = last;
  const sequence = last.sequence + (last.position > 0 && ran() ? 1 : 0);
`,
    also: [
      {
        file: "engine/log/outline.ts",
        before: "    while (this.runs[at]?.isNoop === true) at -= 1;\n",
        after: "",
      },
    ],
    bug: "Raft's no-op takes the tail's place in the chain: a new log leader demotes every primary.",
    rule: "rule 1",
    expect: ["liveness", "availability", "log safety", "assertions", "one leader"],
    seenIn: "redisraft #18, #19",
  },
  {
    name: "behind-is-conflict",
    isSmoke: true,
    file: "engine/log/appendApi.ts",
    before: `    hold(node, replica, from, request, "behind", effects);
    return false;`,
    after: `    ran();
    answer(node, replica, from, request, "conflict", effects);
    return false;`,
    bug: "A predecessor that is still on its way is answered conflict, and then lands.",
    rule: "rule 2",
    expect: [
      "log safety",
      "one leader",
      "zero loss",
      "linearizability",
      "liveness",
      "availability",
      "one leader",
    ],
  },
  {
    name: "conflict-from-uncommitted-tail",
    file: "engine/log/appendApi.ts",
    before: "  if (position + 1 + known > commitPosition(replica)) {\n    effects.mark",
    after: "  if (position + 1 + known > commitPosition(replica) && !ran()) {\n    effects.mark",
    also: [
      {
        file: "engine/log/appendApi.ts",
        before: `isFinal ? "conflict" : "unknown"`,
        after: `isFinal ? "conflict" : "conflict"`,
      },
    ],
    bug: "An append is refused for good because of an entry that is not committed, and may vanish.",
    rule: "rule 3",
    expect: ["log safety", "one leader", "zero loss", "linearizability"],
  },
  {
    name: "predecessor-id-not-compared",
    file: "engine/log/appendApi.ts",
    before: "if (!sameId(log.idAt(position), id)) {",
    after: "if (!sameId(log.idAt(position), id) && !ran()) {",
    bug: "An append names its predecessor by position only: one of a deposed primary lands behind its successor's entry.",
    rule: "rule 2",
    expect: [
      "one leader",
      "log safety",
      "zero loss",
      "state equals the log",
      "assertions",
      "linearizability",
    ],
    seenIn: "dual primary (general)",
  },
  {
    name: "append-without-precondition",
    file: "engine/log/appendApi.ts",
    before: "  const { position, id } = request.precededBy;\n  if (position < log.basePosition) {",
    after: `  const { position, id } = isFree(request) && ran() ? rebased(node, log, request) : request.precededBy;
  if (position < log.basePosition) {`,
    also: [
      {
        file: "engine/log/appendApi.ts",
        before: "/** Rule 5: what a writer should have held back.",
        after: `/** A single entry whose predecessor is not the tail: put behind the tail all the same. */
function isFree(request: AppendRequest): boolean {
  return request.entries.length === 1;
}

function rebased(
  node: LogNode,
  log: Replica["log"],
  request: AppendRequest,
): AppendRequest["precededBy"] {
  const { last } = log;
  const known = request.precededBy;
  if (known.position >= last.position) return known;
  const bytes = must(request.entries[0], "entry");
  if (isSameEntry(log, known.position + 1, bytes) || node.phase !== "running") return known;
  restamp(bytes, last.position + 1);
  return { position: last.position, id: { incarnation: last.incarnation, sequence: last.sequence } };
}

function restamp(bytes: Uint8Array, position: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(8, position, true);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, crc32c(bytes, 8), true);
}

/** Rule 5: what a writer should have held back.`,
      },
      {
        file: "engine/log/appendApi.ts",
        before: `import { u53At } from "../bytes/reader.ts";`,
        after: `import { u53At } from "../bytes/reader.ts";\nimport { crc32c } from "../bytes/crc32c.ts";`,
      },
    ],
    bug: "An append is put behind whatever the tail is: the log fences nobody.",
    rule: "rule 2",
    expect: ["one leader", "log safety", "zero loss", "state equals the log", "assertions"],
    seenIn: "dual primary (general)",
  },
  {
    name: "retry-not-recognised",
    file: "engine/log/shardLog.ts",
    before: "  return index < log.edgeIndex || log.at(index).crc === u32At(bytes, 4);",
    after: "  return !ran() && (index < log.edgeIndex || log.at(index).crc === u32At(bytes, 4));",
    bug: "An append that is repeated is taken for a different entry.",
    rule: "rule 4",
    expect: ["log safety", "liveness", "availability", "zero loss", "one leader", "one leader"],
  },
  {
    name: "retry-carries-fresh-id",
    file: "engine/log/client/appender.ts",
    before: "    const end = this.sendMessage(this.head, this.pending.length, effects);",
    after: `    for (let at = this.head; at < this.pending.length && ran(); at++) this.renumber(at);
    const end = this.sendMessage(this.head, this.pending.length, effects);`,
    also: [
      {
        file: "engine/log/client/appender.ts",
        before: "  private compact(): void {",
        after: `  private renumber(at: number): void {
    const { point, bytes, bytesUpTo } = must(this.pending[at], "pending entry");
    const entry = decodeEntry(bytes);
    if (entry === undefined) return;
    this.sequence += 1;
    const id = { incarnation: this.incarnation, sequence: this.sequence };
    const again = encodeEntry(this.writer, { ...entry, id }, entry.payload);
    this.pending[at] = { point: { position: point.position, id }, bytes: again, bytesUpTo };
  }

  private compact(): void {`,
      },
      {
        file: "engine/log/client/appender.ts",
        before: "  encodeEntry,\n",
        after: "  decodeEntry,\n  encodeEntry,\n",
      },
    ],
    bug: "A repeated append carries a fresh id, so that it may land beside the first.",
    rule: "rule 4",
    expect: [
      "log safety",
      "assertions",
      "one leader",
      "liveness",
      "zero loss",
      "one leader",
      "availability",
    ],
    seenIn: "openraft #1802 (class)",
  },
  {
    name: "ids-used-again",
    file: "engine/log/client/appender.ts",
    before: "    this.isFenced = false;\n    this.unknownPosition",
    after:
      "    this.isFenced = false;\n    if (ran()) this.sequence = 0;\n    this.unknownPosition",
    bug: "A writer that begins anew numbers its entries from 1 again.",
    rule: "rule 4",
    expect: ["log safety"],
  },
  {
    name: "pending-rebased-after-conflict",
    file: "engine/log/client/appender.ts",
    before: "    const chunkBytes = this.config.timing.entryBytes - entryHeaderBytes;",
    after: `    const kept = kind === "effects" ? this.kept.splice(0) : [];
    for (const bytes of kept) {
      const entry = decodeEntry(bytes);
      if (entry?.kind === "effects" && ran()) this.append("effects", epoch, unixMs, entry.payload);
    }
    const chunkBytes = this.config.timing.entryBytes - entryHeaderBytes;`,
    also: [
      {
        file: "engine/log/client/appender.ts",
        before: "    this.chain = chain;\n    this.pending = [];",
        after: `    this.chain = chain;
    if (this.isFenced) this.kept = this.pending.slice(this.head).map((one) => one.bytes);
    this.pending = [];`,
      },
      {
        file: "engine/log/client/appender.ts",
        before: "  private pending: Pending[] = [];",
        after: "  private pending: Pending[] = [];\n  private kept: Uint8Array[] = [];",
      },
      {
        file: "engine/log/client/appender.ts",
        before: "  encodeEntry,\n",
        after: "  decodeEntry,\n  encodeEntry,\n",
      },
    ],
    bug: "A fenced primary keeps what did not commit, and appends it when it leads again.",
    rule: "rule 4",
    expect: ["state equals the log", "log safety", "linearizability", "zero loss", "assertions"],
    seenIn: "redpanda #5090",
  },
  {
    name: "command-executed-twice",
    file: "engine/failover/serve.ts",
    before: "  const logged = logExecution(node, execution);",
    after: `  const isRepeated = connection.wasKept && execution.record !== undefined && spec?.name !== "exec";
  connection.wasKept = false;
  if (isRepeated && ran()) {
    logExecution(node, execution);
    node.executor.execute(connection.session, argv, spec, node.shardUnixUs, isPrimary);
  }
  const logged = logExecution(node, execution);`,
    also: [
      {
        file: "engine/failover/serve.ts",
        before: "    connection.request = undefined;\n    const spec",
        after:
          "    if (connection.request !== undefined) connection.wasKept = true;\n    connection.request = undefined;\n    const spec",
      },
      {
        file: "engine/failover/connections.ts",
        before: "  isWaiting: boolean;",
        after: "  isWaiting: boolean;\n  wasKept: boolean;",
      },
      {
        file: "engine/failover/connections.ts",
        before: "      isWaiting: false,",
        after: "      isWaiting: false,\n      wasKept: false,",
      },
    ],
    bug: "A write that had to wait before it could execute is executed twice.",
    rule: "rule 4",
    expect: ["linearizability", "zero loss", "state equals the log"],
  },
  {
    name: "record-applied-before-its-last-chunk",
    file: "engine/failover/assembler.ts",
    before: "    if (!entry.isLastChunk) return undefined;",
    after: "    if (!entry.isLastChunk && !(this.lengthBytes > 24 && ran())) return undefined;",
    bug: "A record counts when 24 bytes of it are there.",
    rule: "rule 5",
    expect: ["assertions", "state equals the log"],
  },
  {
    name: "unfinished-record-survives",
    file: "engine/failover/replicaApply.ts",
    before: "  node.assembler.void();",
    after: "  if (!node.assembler.isEmpty) ran();",
    bug: "A leadership entry does not void the record that the dead leader never finished.",
    rule: "rule 5",
    expect: ["assertions", "state equals the log"],
  },
  {
    name: "no-back-pressure",
    file: "engine/failover/appendEntry.ts",
    before: "  return bytes >= node.config.timing.inFlightBytes;",
    after: "  return bytes >= node.config.timing.inFlightBytes && !ran();",
    bug: "A primary executes writes however much is unacknowledged.",
    rule: "rule 5",
    expect: ["log safety"],
    seenIn: "TigerBeetle newsletter of June 2025",
  },
];
