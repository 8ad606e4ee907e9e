/**
 * Who listens to which topics, both ways round. Topics are channels or patterns; a node has one of these a kind. Everything
 * is kept in the order in which it came: subscribers hear in that order, and a subscriber's topics are listed in it.
 */
export class Subscriptions<Subscriber> {
  private readonly subscribers = new Map<string, Set<Subscriber>>();
  private readonly topics = new Map<Subscriber, Set<string>>();

  /** Topics that somebody listens to. */
  get topicCount(): number {
    return this.subscribers.size;
  }

  /** Topics that somebody listens to, each with its subscribers, of whom there is at least one. */
  entries(): IterableIterator<[string, ReadonlySet<Subscriber>]> {
    return this.subscribers.entries();
  }

  /** Nothing changes if the subscriber listens to the topic already. */
  add(subscriber: Subscriber, topic: string): void {
    addTo(this.topics, subscriber, topic);
    addTo(this.subscribers, topic, subscriber);
  }

  /** Nothing changes if the subscriber does not listen to the topic. */
  remove(subscriber: Subscriber, topic: string): void {
    removeFrom(this.topics, subscriber, topic);
    removeFrom(this.subscribers, topic, subscriber);
  }

  removeAll(subscriber: Subscriber): void {
    for (const topic of this.topicsOf(subscriber)) removeFrom(this.subscribers, topic, subscriber);
    this.topics.delete(subscriber);
  }

  /** A copy: the caller may unsubscribe while it goes through them. */
  topicsOf(subscriber: Subscriber): readonly string[] {
    const listened = this.topics.get(subscriber);
    return listened === undefined ? NO_TOPICS : [...listened];
  }

  topicCountOf(subscriber: Subscriber): number {
    return this.topics.get(subscriber)?.size ?? 0;
  }

  /** Undefined if nobody listens to the topic. */
  subscribersOf(topic: string): ReadonlySet<Subscriber> | undefined {
    return this.subscribers.get(topic);
  }

  subscriberCountOf(topic: string): number {
    return this.subscribers.get(topic)?.size ?? 0;
  }
}

const NO_TOPICS: readonly string[] = [];

function addTo<Key, Member>(sets: Map<Key, Set<Member>>, key: Key, member: Member): void {
  const present = sets.get(key);
  if (present === undefined) sets.set(key, new Set([member]));
  else present.add(member);
}

/** No empty set is kept: channels come and go by the million. */
function removeFrom<Key, Member>(sets: Map<Key, Set<Member>>, key: Key, member: Member): void {
  const present = sets.get(key);
  if (present === undefined) return;
  present.delete(member);
  if (present.size === 0) sets.delete(key);
}
