/**
 * Messages to clients other than the one that is answered. They are made when a command publishes, so that who listens at
 * that moment hears, in the order of what happens; node.ts parks them behind the changes that they may tell of.
 *
 * What the answered client hears itself stands in its own reply, where it was said: Redis does the same.
 */
import type { Switchboard } from "../pubsub/switchboard.ts";
import { ReplyWriter } from "../resp/replyWriter.ts";
import { matchesGlob } from "./glob.ts";
import type { Session } from "./session.ts";

/** Bytes that a client is sent unasked. */
export interface Push {
  readonly session: Session;
  readonly bytes: Uint8Array;
  /** It may tell of changes that could still be lost; MONITOR shows requests, not what they did. */
  readonly waits: boolean;
}

/** A message that other nodes hand to their own subscribers. */
export interface Announcement {
  /** A shard channel's message is told to the nodes of the shard alone. */
  readonly isSharded: boolean;
  readonly channel: string;
  readonly message: string;
}

/** The client that is being answered; undefined where a node acts by itself. */
export interface Answered {
  readonly session: Session;
  /** Writes a push into the reply. */
  push(words: readonly string[]): void;
}

export class Messages {
  pushes: Push[] = [];
  announcements: Announcement[] = [];
  private readonly switchboard: Switchboard<Session>;
  private readonly writer = new ReplyWriter();

  constructor(switchboard: Switchboard<Session>) {
    this.switchboard = switchboard;
  }

  begin(): void {
    if (this.pushes.length > 0) this.pushes = [];
    if (this.announcements.length > 0) this.announcements = [];
  }

  /** Tells who listens on this node, first to the channel, then to patterns. Returns how many messages that are. */
  publish(channel: string, message: string, answered: Answered | undefined): number {
    const { channels, patterns } = this.switchboard;
    const words = ["message", channel, message];
    let told = this.tell(channels.subscribersOf(channel), words, answered);
    for (const [pattern, listeners] of patterns.entries()) {
      if (!matchesGlob(pattern, channel)) continue;
      told += this.tell(listeners, ["pmessage", pattern, channel, message], answered);
    }
    return told;
  }

  /** Tells who listens to a shard channel on this node. Returns how many they are. */
  publishSharded(channel: string, message: string, answered: Answered | undefined): number {
    const listeners = this.switchboard.shardChannels.subscribersOf(channel);
    return this.tell(listeners, ["smessage", channel, message], answered);
  }

  /** A line for who watches this node by MONITOR, the answered client apart. */
  showMonitors(line: string, answered: Session): void {
    let bytes: Uint8Array | undefined;
    for (const session of this.switchboard.monitors) {
      if (session === answered || session.replyMode === "off") continue;
      if (bytes === undefined) {
        this.writer.simple(line);
        bytes = this.writer.take();
      }
      this.pushes.push({ session, bytes, waits: false });
    }
  }

  /** All listeners of one protocol are told the same bytes. */
  private tell(
    listeners: ReadonlySet<Session> | undefined,
    words: readonly string[],
    answered: Answered | undefined,
  ): number {
    if (listeners === undefined) return 0;
    let inVersion2: Uint8Array | undefined;
    let inVersion3: Uint8Array | undefined;
    for (const session of listeners) {
      if (session === answered?.session) {
        answered.push(words);
      } else if (session.respVersion === 3) {
        inVersion3 ??= this.encoded(words, 3);
        this.pushes.push({ session, bytes: inVersion3, waits: true });
      } else {
        inVersion2 ??= this.encoded(words, 2);
        this.pushes.push({ session, bytes: inVersion2, waits: true });
      }
    }
    return listeners.size;
  }

  private encoded(words: readonly string[], version: 2 | 3): Uint8Array {
    const { writer } = this;
    writer.version = version;
    writer.push(words.length);
    for (const word of words) writer.bulk(word);
    return writer.take();
  }
}
