/** Requests that one client sent in one go, and the replies that are due, in their order. */
import type { Request } from "./commands.ts";
import type { Reply } from "./resp.ts";
import type { OperationRecord } from "./shardLoad.ts";

/** What some replies in a row belong to. */
export interface PipelineItem {
  /** Undefined: an ECHO, sent to see that replies keep their order. */
  readonly operation: OperationRecord | undefined;
  readonly requests: readonly Request[];
}

export class Pipeline {
  readonly requests: readonly Request[];
  private readonly items: readonly PipelineItem[];
  /** The text that the ECHO behind all others must bring back; "" without one. */
  readonly echoTag: string;
  private at = 0;
  private replies: Reply[] = [];
  /** The bytes of the replies of the item that was made whole last. */
  texts: string[] = [];
  private nextTexts: string[] = [];

  constructor(items: readonly PipelineItem[], echoTag: string) {
    this.items = items;
    const only = items.length === 1 ? items[0] : undefined;
    this.requests = only?.requests ?? items.flatMap(({ requests }) => requests);
    this.echoTag = echoTag;
  }

  get isAnswered(): boolean {
    return this.at === this.items.length;
  }

  /** The item that the next reply belongs to. */
  get next(): PipelineItem | undefined {
    return this.items[this.at];
  }

  /** The replies of the item, once this one makes them whole. */
  take(reply: Reply, text: string): readonly Reply[] | undefined {
    this.replies.push(reply);
    this.nextTexts.push(text);
    if (this.replies.length < (this.next?.requests.length ?? 0)) return undefined;
    const { replies } = this;
    this.replies = [];
    this.texts = this.nextTexts;
    this.nextTexts = [];
    this.at++;
    return replies;
  }

  /** Operations that have not been answered wholly. */
  unanswered(): readonly OperationRecord[] {
    const left: OperationRecord[] = [];
    for (const { operation } of this.items.slice(this.at))
      if (operation !== undefined) left.push(operation);
    return left;
  }
}
