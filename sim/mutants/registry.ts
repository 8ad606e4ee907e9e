import { cachingMutants } from "./caching.ts";
import { clusterMutants } from "./cluster.ts";
import { commandMutants } from "./commands.ts";
import { electionMutants } from "./election.ts";
import { evictionMutants } from "./eviction.ts";
import { expiryMutants } from "./expiry.ts";
import { harnessMutants } from "./harness.ts";
import { leaseMutants } from "./lease.ts";
import { logMutants } from "./log.ts";
import type { Mutant } from "./mutant.ts";
import { recoveryMutants } from "./recovery.ts";
import { replicationMutants } from "./replication.ts";
import { scriptMutants } from "./scripts.ts";
import { typeMutants } from "./types.ts";
import { userMutants } from "./users.ts";
import { trackerMutants } from "./tracker.ts";

/** All planted bugs, by area. */
export const mutants: readonly Mutant[] = [
  ...logMutants,
  ...leaseMutants,
  ...trackerMutants,
  ...replicationMutants,
  ...expiryMutants,
  ...evictionMutants,
  ...recoveryMutants,
  ...electionMutants,
  ...clusterMutants,
  ...commandMutants,
  ...typeMutants,
  ...cachingMutants,
  ...scriptMutants,
  ...userMutants,
  ...harnessMutants,
];
