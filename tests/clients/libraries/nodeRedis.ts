import { ClientOfflineError, createCluster, ErrorReply, MultiErrorReply } from "redis";
import { type Endpoint, type Library, type LibraryKind, Refused } from "../library.ts";

/** What a broken connection left unanswered it never sends again. RESP3, as it does by itself. */
export const nodeRedis: LibraryKind = { name: "node-redis", open };

async function open(endpoints: readonly Endpoint[]): Promise<Library> {
  const connect = async () => {
    const cluster = createCluster({
      rootNodes: endpoints.map(({ host, port }) => ({ url: `redis://${host}:${port}` })),
      defaults: {
        socket: { connectTimeout: 1000, reconnectStrategy: () => 100 },
        disableOfflineQueue: true,
      },
      topologyRefreshOnReconnectionAttemptStrategy: 200,
      maxCommandRedirections: 64,
    });
    // It tells of nodes that it could not reach and goes on.
    cluster.on("error", () => {});
    return cluster.connect();
  };
  const cluster = await connect();
  // A pop that waits would hold up everything behind it.
  const waiting = await connect();
  return {
    get: (key) => tell(cluster.get(key)),
    set: (key, value) => tell(cluster.set(key, value)),
    increment: (key) => tell(cluster.incr(key)),
    hashGet: (key, field) => tell(cluster.hGet(key, field)),
    hashSet: (key, field, value) => tell(cluster.hSet(key, field, value)),
    hashIncrement: (key, field) => tell(cluster.hIncrBy(key, field, 1)),
    score: (key, member) => tell(cluster.zScore(key, member)),
    scoreSet: (key, member, score) => tell(cluster.zAdd(key, { score, value: member })),
    scoreIncrement: (key, member) => tell(cluster.zIncrBy(key, 1, member)),
    push: (key, value) => tell(cluster.rPush(key, value)),
    list: (key) => tell(cluster.lRange(key, 0, -1)),
    add: (key, value) => tell(cluster.xAdd(key, "*", { token: value })),
    entries: async (key) => {
      const found = await tell(cluster.xRange(key, "-", "+"));
      return (found ?? []).map(({ message }) => message["token"] ?? "");
    },
    exchange: async (own, value, other) => {
      const replies = await tell(cluster.multi().rPush(own, value).lRange(other, 0, -1).exec());
      return replies[1] as unknown as string[];
    },
    pop: async (key) => (await tell(waiting.blPop(key, 1)))?.element ?? null,
    publish: (channel, message) => tell(cluster.publish(channel, message)),
    listen: async (channel, heard) => {
      await cluster.subscribe(channel, heard);
    },
    close: async () => {
      cluster.destroy();
      waiting.destroy();
    },
  };
}

async function tell<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    const isReply = error instanceof ErrorReply || error instanceof MultiErrorReply;
    // Not sent: it has no connection now.
    const { syscall } = error as NodeJS.ErrnoException;
    const isUnsent = error instanceof ClientOfflineError || syscall === "connect";
    if (isReply || isUnsent) throw new Refused((error as Error).message);
    throw error;
  }
}
