/** Every tour, in the order in which the gallery shows them. */
import type { Tour } from "./tour.ts";
import { backoffWithoutMargin } from "./tours/backoffWithoutMargin.ts";
import { clockBeyondBound } from "./tours/clockBeyondBound.ts";
import { fencedButNotForgetting } from "./tours/fencedButNotForgetting.ts";
import { fencing } from "./tours/fencing.ts";
import { healthyFailover } from "./tours/healthyFailover.ts";
import { leaseFromAnswer } from "./tours/leaseFromAnswer.ts";
import { majorityIsNotConsensus } from "./tours/majorityIsNotConsensus.ts";
import { replicaBeforeTheTail } from "./tours/replicaBeforeTheTail.ts";
import { replyBeforeDurable } from "./tours/replyBeforeDurable.ts";
import { rottenDisk } from "./tours/rottenDisk.ts";
import { withoutTracker } from "./tours/withoutTracker.ts";

export const tours: readonly Tour[] = [
  healthyFailover,
  withoutTracker,
  replyBeforeDurable,
  leaseFromAnswer,
  backoffWithoutMargin,
  clockBeyondBound,
  fencing,
  fencedButNotForgetting,
  majorityIsNotConsensus,
  replicaBeforeTheTail,
  rottenDisk,
];
