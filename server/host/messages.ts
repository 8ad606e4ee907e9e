/** Frames between machines of one process. What fifty clients wrote in a turn of the event loop reaches the log in one go. */
import { peerMessage, type NodeId } from "../../engine/contract.ts";
import type { HostedMachine } from "./machine.ts";
import type { Turn } from "./turn.ts";

export class Messages {
  private readonly turn: Turn;
  /** Whether frames pass between two machines now; undefined: all do. */
  passes: ((from: NodeId, to: NodeId) => boolean) | undefined = undefined;

  constructor(turn: Turn) {
    this.turn = turn;
  }

  post(from: NodeId, to: HostedMachine, frame: Uint8Array): void {
    if (this.passes?.(from, to.name) === false) return;
    this.turn.add(() => to.deliver(peerMessage(from, frame)));
  }
}
