/**
 * Asks single nodes at one instant of a run, over RESP, as a client would. The world is the console's own and goes no further: what a step
 * wants to send, write or schedule goes nowhere, so a question changes nothing of the run.
 */
import { clientBytes, clientOpened, type Effects, type Input } from "../../engine/contract.ts";
import { findCommand } from "../../engine/commands/table.ts";
import { splitInline } from "../../engine/resp/inline.ts";
import { RequestEncoder } from "../clients/resp.ts";
import type { DatabaseHost } from "../cluster.ts";
import { latin1OfUtf8, latin1Text } from "../latin1.ts";
import type { World } from "../world.ts";
import { statusOf } from "./clusterState.ts";
import { type RespValue, respValuesOf } from "./respValue.ts";

export type ConsoleAnswer =
  | { readonly kind: "reply"; readonly values: readonly RespValue[] }
  /** Nothing was answered at this instant; the sentence says why. */
  | { readonly kind: "silent"; readonly sentence: string }
  /** It would change something, which the past does not allow; a fork may be asked for it. */
  | { readonly kind: "write"; readonly words: readonly string[] }
  /** No command: quotes that do not match, or a place that speaks no RESP. */
  | { readonly kind: "bad"; readonly sentence: string };

/** Beyond the numbers that clients of a run come to. */
const CLIENT_ID = 2_000_000_000;
/** Commands that write nothing and change the node or the cluster all the same. */
const changing: ReadonlySet<string> = new Set(["client|kill"]);

export class Console {
  private readonly world: World;
  private readonly encoder: RequestEncoder = new RequestEncoder();
  private readonly opened: Set<string> = new Set();

  /** Takes the world over: it must not be used for anything else. */
  constructor(world: World) {
    this.world = world;
  }

  /** `line`: as redis-cli takes it. What is asked of one node one after another shares a session. */
  ask(node: string, line: string): ConsoleAnswer {
    const words = splitInline(latin1OfUtf8(line));
    if (words === undefined) return { kind: "bad", sentence: "the quotes do not match" };
    if (words.length === 0) return { kind: "bad", sentence: "type a command, such as GET key" };
    const host = this.world.cluster.databases.find(({ machine }) => machine.name === node);
    if (host === undefined) return { kind: "bad", sentence: whyDeaf(node) };
    const status = statusOf(host.machine);
    if (status !== "running")
      return { kind: "silent", sentence: `${node} is ${status} at this instant: nothing answers` };
    const command = findCommand(words);
    // A node that is no primary refuses writes: it may say so itself.
    const writes = command?.isWrite === true && host.node?.role === "primary";
    if (writes || changing.has(command?.name ?? "")) return { kind: "write", words };
    return this.execute(host, words);
  }

  private execute(host: DatabaseHost, words: readonly string[]): ConsoleAnswer {
    const answer: Uint8Array[] = [];
    const effects = new DeadEnd((bytes) => answer.push(bytes));
    const { name } = host.machine;
    if (!this.opened.has(name)) this.step(host, clientOpened(CLIENT_ID, "console:0"), effects);
    this.opened.add(name);
    this.step(host, clientBytes(CLIENT_ID, this.encoder.encode([words])), effects);
    if (effects.isClosed) this.opened.delete(name);
    if (answer.length > 0) {
      const text = answer.map((bytes) => latin1Text(bytes, 0, bytes.length)).join("");
      return { kind: "reply", values: respValuesOf(text) };
    }
    return { kind: "silent", sentence: this.whySilent(host) };
  }

  private step({ machine }: DatabaseHost, input: Input, effects: Effects): void {
    const { nowUs } = this.world.kernel;
    const monotonicUs = machine.clock.monotonicAt(nowUs);
    const now = { monotonicUs, unixUs: machine.clock.unixAt(nowUs) };
    machine.program?.step(now, input, effects);
  }

  /** The console hangs up, so that the next question finds no other before it. */
  private whySilent({ machine, node }: DatabaseHost): string {
    const connection = node?.connections.get(CLIENT_ID);
    const position = connection?.parkedPositions[connection.head];
    const isWaiting = connection?.isWaiting === true;
    const isBlocked = connection?.session.isBlocked === true;
    if (node !== undefined && connection !== undefined) node.connections.drop(connection);
    this.opened.delete(machine.name);
    if (position !== undefined)
      return `the answer waits for log position ${position}: what it saw is not durable yet (committed up to ${node?.committedPosition ?? 0})`;
    if (isBlocked) return `${machine.name} has nothing to answer yet: the request waits for a key`;
    if (isWaiting)
      return `the request waits unexecuted: ${machine.name} is ${node?.role ?? "down"} and may not serve now`;
    return `${machine.name} answered nothing`;
  }
}

function whyDeaf(node: string): string {
  return node.startsWith("log-") || node === "monitor"
    ? `${node} speaks no RESP: only database nodes do; its log is shown with its state`
    : `there is no node "${node}"`;
}

/** Takes replies and drops everything else. */
class DeadEnd implements Effects {
  isClosed = false;
  private readonly onReply: (bytes: Uint8Array) => void;

  constructor(onReply: (bytes: Uint8Array) => void) {
    this.onReply = onReply;
  }

  reply(clientId: number, bytes: Uint8Array): void {
    if (clientId === CLIENT_ID) this.onReply(bytes);
  }

  closeClient(clientId: number): void {
    if (clientId === CLIENT_ID) this.isClosed = true;
  }

  send(): void {}
  read(): void {}
  write(): void {}
  remove(): void {}
  sync(): void {}
  wakeAt(): void {}
  provision(): void {}
  exit(): void {}
  configure(): void {}
  rewriteConfiguration(): void {}
  shutdown(): void {}
  trace(): void {}
  mark(): void {}
}
