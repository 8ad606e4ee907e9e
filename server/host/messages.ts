/** Frames between machines of one process. What fifty clients wrote in a turn of the event loop reaches the log in one go. */
import { peerMessage, type NodeId } from "../../engine/contract.ts";
import type { HostedMachine } from "./machine.ts";
import type { Turn } from "./turn.ts";

/** What stands between machines. */
export interface MessageLinks {
  /** Calls `deliver` when the frame arrives: now, later, twice or never. */
  carry(from: NodeId, to: NodeId, frame: Uint8Array, deliver: (frame: Uint8Array) => void): void;
}

export class Messages {
  private readonly turn: Turn;
  /** Undefined: every frame arrives. */
  links: MessageLinks | undefined = undefined;

  constructor(turn: Turn) {
    this.turn = turn;
  }

  post(from: NodeId, to: HostedMachine, frame: Uint8Array): void {
    if (this.links === undefined) return this.add(from, to, frame);
    this.links.carry(from, to.name, frame, (arrived) => this.add(from, to, arrived));
  }

  private add(from: NodeId, to: HostedMachine, frame: Uint8Array): void {
    this.turn.add(() => to.deliver(peerMessage(from, frame)));
  }
}
