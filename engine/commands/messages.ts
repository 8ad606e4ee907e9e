/**
 * Messages to clients other than the one that is answered. They are made when a command publishes, so that who listens at
 * that moment hears, in the order of what happens; node.ts parks them behind the changes that they may tell of.
 *
 * What the answered client hears itself stands in its own reply, where it was said: Redis does the same.
 */
import type { Switchboard } from "../pubsub/switchboard.ts";
import { ReplyWriter } from "../resp/replyWriter.ts";
import { matchesGlob } from "./glob.ts";
import { eventChannel, keyChannel, type NoticeClass, ways } from "./notices.ts";
import type { Session } from "./session.ts";

/** Bytes that a client is sent unasked. */
export interface Push {
  readonly session: Session;
  readonly bytes: Uint8Array;
  /** It may tell of changes that could still be lost; MONITOR shows requests, not what they did. */
  readonly waits: boolean;
}

/** What other nodes tell their own subscribers: all of them messages, those of this shard also the rest. */
export const announcementKinds = ["message", "shardMessage", "notice"] as const;

export interface Announcement {
  readonly kind: (typeof announcementKinds)[number];
  /** The channel; of a notice the event. */
  readonly topic: string;
  /** The message; of a notice the key. */
  readonly text: string;
  /** Of a notice. */
  readonly noticeClass: number;
  readonly database: number;
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
  /** Classes and ways of the keyspace notifications that are asked for; 0 for none. */
  noticeClasses = 0;
  /** Other nodes follow this one's shard, and their clients may ask for notifications too. */
  hasReplicas = false;
  private readonly switchboard: Switchboard<Session>;
  private readonly writer = new ReplyWriter();
  private answered: Answered | undefined;

  constructor(switchboard: Switchboard<Session>) {
    this.switchboard = switchboard;
  }

  /** `answered` is undefined where the node acts by itself. */
  begin(answered: Answered | undefined): void {
    this.answered = answered;
    if (this.pushes.length > 0) this.pushes = [];
    if (this.announcements.length > 0) this.announcements = [];
  }

  /** Publishes what a client says, on other nodes too. Returns how many messages that are on this node. */
  say(channel: string, message: string, isSharded: boolean): number {
    const kind = isSharded ? "shardMessage" : "message";
    this.announce({ kind, topic: channel, text: message, noticeClass: 0, database: 0 });
    return isSharded ? this.publishSharded(channel, message) : this.publish(channel, message);
  }

  /** Keyspace notifications of this class are asked for. */
  wants(noticeClass: NoticeClass): boolean {
    return (this.noticeClasses & noticeClass) !== 0;
  }

  /** Tells of an event of a key, if that is asked for: this node's subscribers, and those of the replicas. */
  notice(noticeClass: NoticeClass, event: string, database: number, key: string): void {
    if (!this.wants(noticeClass)) return;
    this.tellNotice(noticeClass, event, database, key);
    if (!this.hasReplicas) return;
    this.announce({ kind: "notice", topic: event, text: key, noticeClass, database });
  }

  /** Tells this node's subscribers what another node says. */
  hear({ kind, topic, text, noticeClass, database }: Announcement): void {
    if (kind === "message") this.publish(topic, text);
    else if (kind === "shardMessage") this.publishSharded(topic, text);
    else this.tellNotice(noticeClass, topic, database, text);
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

  private announce(announcement: Announcement): void {
    this.announcements.push(announcement);
  }

  /** Tells who listens on this node, first to the channel, then to patterns. Returns how many messages that are. */
  private publish(channel: string, message: string): number {
    const { channels, patterns } = this.switchboard;
    let told = this.tell(channels.subscribersOf(channel), ["message", channel, message]);
    for (const [pattern, listeners] of patterns.entries()) {
      if (!matchesGlob(pattern, channel)) continue;
      told += this.tell(listeners, ["pmessage", pattern, channel, message]);
    }
    return told;
  }

  /** Tells who listens to a shard channel on this node. Returns how many they are. */
  private publishSharded(channel: string, message: string): number {
    const listeners = this.switchboard.shardChannels.subscribersOf(channel);
    return this.tell(listeners, ["smessage", channel, message]);
  }

  private tellNotice(noticeClass: number, event: string, database: number, key: string): void {
    const { noticeClasses, switchboard } = this;
    if ((noticeClasses & noticeClass) === 0 || switchboard.isSilent) return;
    if ((noticeClasses & ways.keyspace) !== 0) this.publish(keyChannel(database, key), event);
    if ((noticeClasses & ways.keyevent) !== 0) this.publish(eventChannel(database, event), key);
  }

  /** All listeners of one protocol are told the same bytes. */
  private tell(listeners: ReadonlySet<Session> | undefined, words: readonly string[]): number {
    if (listeners === undefined) return 0;
    const { answered } = this;
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
