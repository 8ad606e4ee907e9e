/** Which model judges a key of our own workloads. */
import { kindOfKey } from "../../clients/keys.ts";
import { specificationOfKind } from "../../clients/workloads/registry.ts";
import type { Specification } from "../../clients/workloads/workload.ts";
import { engineExecutor } from "./engineExecutor.ts";
import { evictableString } from "./evictableString.ts";
import { expiringString } from "./expiringString.ts";
import type { Model } from "./model.ts";
import { type Deadlines, redisGroup } from "./redisGroup.ts";
import { redisString } from "./redisString.ts";
import { userGroup } from "./userGroup.ts";

export function specificationOf(key: string): Specification {
  return specificationOfKind(kindOfKey(key));
}

/** Of a key that is not judged by its transactions ("lists"). */
export function modelsByKey({ epochUnixMs, skewMs }: Deadlines): (key: string) => Model {
  const models: Readonly<Record<Exclude<Specification, "lists">, Model>> = {
    string: redisString,
    "expiring string": expiringString(epochUnixMs, skewMs),
    "evictable string": evictableString,
    group: redisGroup({ epochUnixMs, skewMs }),
    executor: engineExecutor(epochUnixMs),
    users: userGroup,
  };
  return (key) => {
    const specification = specificationOf(key);
    if (specification === "lists") throw new Error(`${key} is judged by its transactions`);
    return models[specification];
  };
}
