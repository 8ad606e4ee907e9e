import type { Operation } from "../history.ts";
import { type Model, quote, type State } from "./model.ts";
import { redisString } from "./redisString.ts";

/**
 * A Redis string key that is set, read and deleted where maxmemory evicts keys: it may vanish at any time, and never comes back by
 * itself. Once an operation finds it gone it is gone. Deadlines lie beyond the run: a key that has one may only be evicted sooner.
 * That nothing vanishes but by a record of the log is for other checks: state equals the log, zero loss, sessions.
 *
 * The state is the value, or null while the key is surely absent.
 */
export const evictableString: Model<State> = {
  name: "redis string that may be evicted",
  initial: null,
  identify: (state) => state,
  step(state, operation) {
    const { input } = operation;
    if (input.f === "setUntil") return input.value;
    const alive = redisString.step(state, operation);
    return alive === undefined && state !== null ? redisString.step(null, operation) : alive;
  },
  isRead: (operation) => redisString.isRead(operation),
  // Finding nothing may be what ends the key, so only reads of a value are free of effect.
  isPure: ({ input, output, outcome }: Operation) =>
    outcome === "ok" && input.f === "get" && output !== null,
  // Of two that find nothing the first ends the key.
  areTwins: () => false,
  describe: quote,
};
