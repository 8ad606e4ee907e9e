// Writes and reads on through the loss of a zone: `npm run chaos -- kill zone=a forMs=10000` while it works.
import { createCluster } from "redis";

const port = Number(process.env.PORT ?? 6379);
const forMs = Number(process.env.FOR_MS ?? 60_000);

const db = createCluster({
  // All of them: when one is away the others can be asked who leads.
  rootNodes: [0, 1, 2].map((zone) => ({ url: `redis://127.0.0.1:${port + zone}` })),
  defaults: {
    // A dead zone is noticed after this long; a connection is tried again every 100 ms.
    socket: { connectTimeout: 1000, reconnectStrategy: () => 100 },
    // Requests to a node that is away fail at once instead of waiting until it returns.
    disableOfflineQueue: true,
  },
  // While a node is away the others are asked this often who leads now, not after the five seconds that are usual.
  topologyRefreshOnReconnectionAttemptStrategy: 200,
  maxCommandRedirections: 64,
});
db.on("error", (error) => console.error(error.message));
await db.connect();

const key = `orders:${process.pid}`;
let [attempted, acknowledged, unknown] = [0, 0, 0];
let quietSince = Date.now();
let longestMs = 0;
let untilMs = Date.now() + forMs;
// Ctrl-C tells what came of it so far.
process.once("SIGINT", () => (untilMs = 0));
while (Date.now() < untilMs) {
  attempted += 1;
  try {
    await db.incr(key);
    acknowledged += 1;
    const quietMs = Date.now() - quietSince;
    if (quietMs > 1000) console.log(`writes resumed after ${quietMs} ms`);
    longestMs = Math.max(longestMs, quietMs);
    quietSince = Date.now();
  } catch (error) {
    // It may have happened or not: an order with a number of its own could be looked up.
    unknown += 1;
    if (unknown === 1) console.log(`a write was not answered: ${error.message}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const count = Number(await db.get(key));
const isWhole = count >= acknowledged && count <= attempted;
console.log(`${acknowledged} of ${attempted} writes acknowledged, longest pause ${longestMs} ms`);
console.log(isWhole ? "nothing acknowledged was lost" : `LOST: the counter is ${count}`);
db.destroy();
