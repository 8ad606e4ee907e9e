/** Who listens on this node: to channels, to patterns of them, to shard channels, and to every command (MONITOR). */
import { Subscriptions } from "./subscriptions.ts";

export class Switchboard<Listener> {
  readonly channels: Subscriptions<Listener> = new Subscriptions<Listener>();
  readonly patterns: Subscriptions<Listener> = new Subscriptions<Listener>();
  readonly shardChannels: Subscriptions<Listener> = new Subscriptions<Listener>();
  readonly monitors: Set<Listener> = new Set<Listener>();

  /** Nobody would hear a message on a channel, whatever its name. */
  get isSilent(): boolean {
    return this.channels.topicCount === 0 && this.patterns.topicCount === 0;
  }

  /** Channels and patterns, which Redis counts together. */
  countOf(listener: Listener): number {
    return this.channels.topicCountOf(listener) + this.patterns.topicCountOf(listener);
  }

  isSubscriber(listener: Listener): boolean {
    return this.countOf(listener) + this.shardChannels.topicCountOf(listener) > 0;
  }

  unsubscribeAll(listener: Listener): void {
    this.channels.removeAll(listener);
    this.patterns.removeAll(listener);
    this.shardChannels.removeAll(listener);
  }

  /** The listener is gone. */
  forget(listener: Listener): void {
    this.unsubscribeAll(listener);
    this.monitors.delete(listener);
  }
}
