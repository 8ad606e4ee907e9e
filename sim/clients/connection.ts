import { ReplyReader } from "./resp.ts";

/** One stream of a client process to a node. */
export class ClientConnection {
  readonly id: number;
  readonly node: string;
  readonly isReadonly: boolean;
  readonly reader: ReplyReader = new ReplyReader();
  isOpen = false;
  /** Replies to come that belong to the connection's set-up (READONLY) and not to an operation. */
  setupReplies = 0;

  constructor(id: number, node: string, isReadonly: boolean) {
    this.id = id;
    this.node = node;
    this.isReadonly = isReadonly;
  }
}
