import { Cluster, ReplyError, type Redis } from "ioredis";
import {
  type Endpoint,
  type Library,
  type LibraryKind,
  Refused,
  type Repeats,
} from "../library.ts";

export const ioredis: LibraryKind = { name: "ioredis", open };

const settings = {
  redisOptions: { connectTimeout: 1000 },
  clusterRetryStrategy: () => 100,
  maxRedirections: 64,
};

async function open(endpoints: readonly Endpoint[], repeats: Repeats): Promise<Library> {
  const connect = (): Cluster => {
    // Its own habit is to send anew what a broken connection left unanswered.
    const never = repeats === "never" ? { retryDelayOnFailover: 0 } : {};
    const cluster = new Cluster([...endpoints], { ...settings, ...never });
    // While it has no connection to a primary it asks any node, and it has made replicas READONLY: what they answer may be old, here as in
    // Redis. Without READONLY they redirect.
    cluster.on("+node", (node: Redis) => {
      node.readonly = () => Promise.resolve("OK");
    });
    // It tells of nodes that it could not reach and goes on.
    cluster.on("error", () => {});
    return cluster;
  };
  const cluster = connect();
  // A pop that waits would hold up everything behind it.
  const waiting = connect();
  const listening = connect();
  await Promise.all([cluster, waiting, listening].map((one) => one.ping()));
  return {
    get: (key) => tell(cluster.get(key)),
    set: (key, value) => tell(cluster.set(key, value)),
    increment: (key) => tell(cluster.incr(key)),
    hashGet: (key, field) => tell(cluster.hget(key, field)),
    hashSet: (key, field, value) => tell(cluster.hset(key, field, value)),
    hashIncrement: (key, field) => tell(cluster.hincrby(key, field, 1)),
    score: async (key, member) => {
      const text = await tell(cluster.zscore(key, member));
      return text === null ? null : Number(text);
    },
    scoreSet: (key, member, score) => tell(cluster.zadd(key, score, member)),
    scoreIncrement: async (key, member) => Number(await tell(cluster.zincrby(key, 1, member))),
    push: (key, value) => tell(cluster.rpush(key, value)),
    list: (key) => tell(cluster.lrange(key, 0, -1)),
    add: (key, value) => tell(cluster.xadd(key, "*", "token", value)),
    entries: async (key) => {
      const found = await tell(cluster.xrange(key, "-", "+"));
      return found.map(([, fields]) => fields[1] ?? "");
    },
    exchange: async (own, value, other) => {
      const transaction = cluster.multi().rpush(own, value).lrange(other, 0, -1);
      const [, range] = (await tell(transaction.exec())) ?? [];
      if (range === undefined || range[0] !== null) throw new Error("EXEC had no such answer");
      return range[1] as string[];
    },
    pop: async (key) => (await tell(waiting.blpop(key, 1)))?.[1] ?? null,
    publish: (channel, message) => tell(cluster.publish(channel, message)),
    listen: async (channel, heard) => {
      listening.on("message", (_channel, message) => heard(message));
      await listening.subscribe(channel);
    },
    close: async () => {
      for (const one of [cluster, waiting, listening]) one.disconnect();
    },
  };
}

async function tell<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof ReplyError) throw new Refused(String(error));
    throw error;
  }
}
