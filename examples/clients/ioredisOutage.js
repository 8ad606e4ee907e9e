// Writes and reads on through the loss of a zone: `npm run chaos -- kill zone=a forMs=10000` while it works.
import { Cluster } from "ioredis";

const port = Number(process.env.PORT ?? 6379);
const forMs = Number(process.env.FOR_MS ?? 60_000);

const db = new Cluster([{ host: "127.0.0.1", port }], {
  // A dead zone is noticed after this long, not after the ten seconds that are usual.
  redisOptions: { connectTimeout: 1000 },
  // Who leads is asked again soon, and as often as it takes: an election lasts three seconds.
  retryDelayOnClusterDown: 100,
  clusterRetryStrategy: () => 100,
  maxRedirections: 64,
  // What a broken connection left unanswered is not sent again by itself: an INCR may have happened.
  retryDelayOnFailover: 0,
});
db.on("error", (error) => console.error(error.message));

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
db.disconnect();
