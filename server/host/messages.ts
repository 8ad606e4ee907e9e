/**
 * Frames between machines of one process. They wait until all that the sockets brought in this turn of the event loop has been
 * taken: what fifty clients wrote then reaches the log in one go.
 */
import { peerMessage, type NodeId } from "../../engine/contract.ts";
import type { HostedMachine } from "./machine.ts";

/** Frames delivered before the sockets are looked at again. */
const FRAMES_A_TURN = 4096;

interface Letter {
  readonly to: HostedMachine;
  readonly from: NodeId;
  readonly frame: Uint8Array;
}

export class Messages {
  private letters: Letter[] = [];
  private head = 0;
  private isScheduled = false;
  /** Whether frames pass between two machines now; undefined: all do. */
  passes: ((from: NodeId, to: NodeId) => boolean) | undefined = undefined;

  post(from: NodeId, to: HostedMachine, frame: Uint8Array): void {
    if (this.passes?.(from, to.name) === false) return;
    this.letters.push({ to, from, frame });
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.deliver());
  }

  private deliver(): void {
    this.isScheduled = false;
    for (let left = FRAMES_A_TURN; left > 0; left--) {
      const letter = this.letters[this.head];
      if (letter === undefined) break;
      this.head += 1;
      letter.to.deliver(peerMessage(letter.from, letter.frame));
    }
    if (this.head < this.letters.length) return this.schedule();
    this.letters = [];
    this.head = 0;
  }
}
