/** Requests that an onlooker makes of single nodes: what a console writes into a forked run. */
import { findCommand } from "../../engine/commands/table.ts";
import { keysOf } from "../../engine/commands/spec.ts";
import { kindOfKey } from "../clients/keys.ts";
import { RequestEncoder } from "../clients/resp.ts";
import { workloads } from "../clients/workloads/registry.ts";
import type { Kernel } from "../kernel.ts";
import type { NodeRequest } from "../scenario.ts";
import { latin1Text } from "../latin1.ts";

/**
 * Why a request may not be made of a run: the checks hold the keys of the load against what its clients wrote, so nobody else may write
 * them. Undefined: it may. `words`: a command and its arguments.
 */
export function whyRefused(words: readonly string[]): string | undefined {
  const command = findCommand(words);
  if (command === undefined || !command.isWrite) return undefined;
  if (command.isKeyspaceWide)
    return `${command.name.toUpperCase()} would touch the keys of the load, which the checks watch over; write keys of your own instead`;
  const kinds = workloads.map(({ kind }) => kind);
  const owned = keysOf(command, words).find((key) => kinds.includes(kindOfKey(key)));
  if (owned === undefined) return undefined;
  return `${owned} is a key of the load, which the checks watch over; write a key of your own, such as mine:{${tagOf(owned)}}`;
}

function tagOf(key: string): string {
  return /\{(.+?)\}/.exec(key)?.[1] ?? key;
}

/** Each on a connection of its own, which stays open. */
export class NodeRequests {
  private readonly kernel: Kernel;
  private readonly requests: readonly NodeRequest[];
  private readonly encoder: RequestEncoder = new RequestEncoder();
  private readonly open: Map<number, NodeRequest> = new Map();

  constructor(kernel: Kernel, requests: readonly NodeRequest[]) {
    this.kernel = kernel;
    this.requests = requests;
    for (const { node } of requests) kernel.machine(node);
  }

  /** Schedules everything, counted from the start of the load. */
  start(loadedUs: number): void {
    for (const request of this.requests)
      this.kernel.at(loadedUs + Math.round(request.atMs * 1000), () => this.make(request));
  }

  owns(connection: number): boolean {
    return this.open.has(connection);
  }

  private make(request: NodeRequest): void {
    const { clientStreams } = this.kernel;
    const connection = clientStreams.connect(request.node);
    this.open.set(connection, request);
    clientStreams.send(connection, this.encoder.encode([request.words]));
    this.tell("request.made", request, request.words.join(" "));
  }

  onBytes(connection: number, bytes: Uint8Array): void {
    const request = this.open.get(connection);
    if (request !== undefined)
      this.tell("request.answered", request, latin1Text(bytes, 0, bytes.length).trim());
  }

  onClosed(connection: number): void {
    const request = this.open.get(connection);
    if (request !== undefined) this.tell("request.answered", request, "connection closed");
  }

  private tell(
    kind: "request.made" | "request.answered",
    { node }: NodeRequest,
    text: string,
  ): void {
    const { recorder, nowUs } = this.kernel;
    recorder.trace(nowUs, node, kind, -1, -1, -1, text);
  }
}
