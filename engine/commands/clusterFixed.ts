/**
 * Subcommands of CLUSTER that change who serves what. The layout of this cluster is its configuration's: they are refused as Redis would refuse
 * them where that comes to the same (a slot is always taken), and otherwise in words of our own.
 */
import { slotCount } from "../cluster/slots.ts";
import { errors, oneLine, printed, unknownSubcommand } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import { nodeNamed } from "./cluster.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";

const FIXED = "ERR CLUSTER configuration is fixed: slots and nodes stay as the cluster was made";

/**
 * CLUSTER ADDSLOTS slot [slot …], CLUSTER DELSLOTS slot [slot …]
 * Replies: OK for slots that this node serves already, so that whoever prepares a node need not know that it is prepared; -ERR for others:
 * each is taken, and none can be given away. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-addslots/
 */
export function clusterAddslots(context: CommandContext, argv: readonly string[]): void {
  changeSlots(context, slotsOf(argv.slice(2)), true);
}

export function clusterDelslots(context: CommandContext, argv: readonly string[]): void {
  changeSlots(context, slotsOf(argv.slice(2)), false);
}

/**
 * CLUSTER ADDSLOTSRANGE start-slot end-slot [start-slot end-slot …], CLUSTER DELSLOTSRANGE by the same words
 * Replies: as for single slots. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-addslotsrange/
 */
export function clusterAddslotsrange(context: CommandContext, argv: readonly string[]): void {
  if (isPaired(context, argv)) changeSlots(context, slotsOfRanges(argv.slice(2)), true);
}

export function clusterDelslotsrange(context: CommandContext, argv: readonly string[]): void {
  if (isPaired(context, argv)) changeSlots(context, slotsOfRanges(argv.slice(2)), false);
}

function isPaired(context: CommandContext, argv: readonly string[]): boolean {
  if (argv.length % 2 === 0) return true;
  context.fail(
    `ERR wrong number of arguments for 'cluster|${(argv[1] ?? "").toLowerCase()}' command`,
  );
  return false;
}

/** `slots`: those that were named, or why they cannot be read. */
function changeSlots(
  context: CommandContext,
  slots: readonly number[] | string,
  areAdded: boolean,
): void {
  if (typeof slots === "string") return context.fail(slots);
  if (!areAdded) return context.fail(FIXED);
  const taken = slots.find((slot) => !isServed(context, slot));
  if (taken === undefined) context.ok();
  else context.fail(`ERR Slot ${taken} is already busy`);
}

/** By this node. */
function isServed({ server }: CommandContext, slot: number): boolean {
  const range = server.slotRanges.find(({ lastSlot }) => slot <= lastSlot);
  return range?.primary?.nodeId === server.self.nodeId;
}

function slotsOf(words: readonly string[]): readonly number[] | string {
  const slots: number[] = [];
  for (const word of words) {
    const slot = slotNumber(word);
    if (slot === undefined) return "ERR Invalid or out of range slot";
    slots.push(slot);
  }
  return slots;
}

/** What one node serves is one range, so the ends of each are enough. */
function slotsOfRanges(words: readonly string[]): readonly number[] | string {
  const slots = slotsOf(words);
  if (typeof slots === "string") return slots;
  for (let index = 0; index < slots.length; index += 2) {
    const [start = 0, end = 0] = slots.slice(index, index + 2);
    if (start > end) {
      return `ERR start slot number ${start} is greater than end slot number ${end}`;
    }
  }
  return slots;
}

function slotNumber(word: string): number | undefined {
  const slot = parseInteger(word);
  return slot !== undefined && slot >= 0 && slot < slotCount ? slot : undefined;
}

/**
 * CLUSTER SETSLOT slot IMPORTING node-id|MIGRATING node-id|STABLE|NODE node-id
 * Replies: OK for STABLE, which every slot is; -ERR for everything else. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-setslot/
 */
export function clusterSetslot(context: CommandContext, argv: readonly string[]): void {
  if (!context.isPrimary) {
    return context.fail("ERR You can use SETSLOT only with masters.");
  }
  const slot = slotNumber(argv[2] ?? "");
  if (slot === undefined) return context.fail("ERR Invalid or out of range slot");
  const action = (argv[3] ?? "").toUpperCase();
  const isKnown = ["IMPORTING", "MIGRATING", "NODE"].includes(action);
  if (action === "STABLE" && argv.length === 4) return context.ok();
  if (!isKnown || argv.length !== 5) {
    return context.fail(
      "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP",
    );
  }
  const id = argv[4] ?? "";
  if (nodeNamed(context, id) !== undefined) return context.fail(FIXED);
  if (action === "NODE") return failUnknown(context, id);
  context.failQuoting("ERR I don't know about node ", id);
}

/**
 * CLUSTER MEET ip port [cluster-bus-port]
 * Replies: -ERR. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-meet/
 */
export function clusterMeet(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 5) return context.fail(unknownSubcommand("cluster", argv[1] ?? ""));
  const [, , , port = "", busPort] = argv;
  if (parseInteger(port) === undefined) {
    return context.failQuoting("ERR Invalid TCP base port specified: ", port);
  }
  if (busPort !== undefined && parseInteger(busPort) === undefined) {
    return context.failQuoting("ERR Invalid TCP bus port specified: ", busPort);
  }
  context.fail(FIXED);
}

/**
 * CLUSTER FORGET node-id
 * Replies: -ERR. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-forget/
 */
export function clusterForget(context: CommandContext, argv: readonly string[]): void {
  const node = nodeNamed(context, argv[2] ?? "");
  if (node === undefined) return failUnknown(context, argv[2] ?? "");
  if (node.nodeId === context.server.self.nodeId) {
    return context.fail("ERR I tried hard but I can't forget myself...");
  }
  context.fail(FIXED);
}

/**
 * CLUSTER REPLICATE node-id
 * Replies: -ERR. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-replicate/
 */
export function clusterReplicate(context: CommandContext, argv: readonly string[]): void {
  const node = nodeNamed(context, argv[2] ?? "");
  if (node === undefined) return failUnknown(context, argv[2] ?? "");
  if (node.nodeId === context.server.self.nodeId) {
    return context.fail("ERR Can't replicate myself");
  }
  context.fail(FIXED);
}

/**
 * CLUSTER RESET [HARD|SOFT]
 * Replies: -ERR. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-reset/
 */
export function clusterReset(context: CommandContext, argv: readonly string[]): void {
  const mode = argv[2]?.toUpperCase() ?? "SOFT";
  if (argv.length > 3) return context.fail(unknownSubcommand("cluster", argv[1] ?? ""));
  if (mode !== "HARD" && mode !== "SOFT") return context.fail(errors.syntax);
  if (context.isPrimary && context.databases.size > 0) {
    return context.fail("ERR CLUSTER RESET can't be called with master nodes containing keys");
  }
  context.fail(FIXED);
}

/**
 * CLUSTER FLUSHSLOTS
 * Replies: -ERR. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-flushslots/
 */
export function clusterFlushslots(context: CommandContext): void {
  context.fail(
    context.databases.size > 0 ? "ERR DB must be empty to perform CLUSTER FLUSHSLOTS." : FIXED,
  );
}

/**
 * CLUSTER BUMPEPOCH
 * Replies: status, that the epoch stays: leadership entries of the log count it. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-bumpepoch/
 */
export function clusterBumpepoch(context: CommandContext): void {
  context.reply.simple(`STILL ${context.server.epoch}`);
}

/**
 * CLUSTER SET-CONFIG-EPOCH config-epoch
 * Replies: -ERR. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-set-config-epoch/
 */
export function clusterSetConfigEpoch(context: CommandContext, argv: readonly string[]): void {
  const epoch = integerArgument(context, argv[2] ?? "");
  if (epoch === undefined) return;
  if (epoch < 0) return context.fail(`ERR Invalid config epoch specified: ${argv[2] ?? ""}`);
  const isAlone = context.server.replicas.length === 0 && context.server.slotRanges.length === 1;
  context.fail(
    isAlone
      ? "ERR Node config epoch is already non-zero"
      : "ERR The user can assign a config epoch only when the node does not know any other node.",
  );
}

/**
 * CLUSTER SAVECONFIG
 * Replies: OK: it is where it always was. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-saveconfig/
 */
export function clusterSaveconfig(context: CommandContext): void {
  context.ok();
}

/**
 * CLUSTER COUNT-FAILURE-REPORTS node-id
 * Replies: integer, 0: nodes do not report each other; -ERR Unknown node. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-count-failure-reports/
 */
export function clusterCountFailureReports(context: CommandContext, argv: readonly string[]): void {
  const id = argv[2] ?? "";
  if (nodeNamed(context, id) === undefined) failUnknown(context, id);
  else context.reply.integer(0);
}

/** Answers that no node has this identity. */
function failUnknown(context: CommandContext, id: string): void {
  context.fail(oneLine(`ERR Unknown node ${printed(id, Infinity)}`));
}
