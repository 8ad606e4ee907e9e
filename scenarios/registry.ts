/** Every scenario, in the order in which `list` tells them. */
import type { Scenario } from "../sim/scenario.ts";
import { baseline } from "./baseline.ts";
import { azOutage } from "./azOutage.ts";
import { azLoss } from "./azLoss.ts";
import { primaryCrash } from "./primaryCrash.ts";
import { primaryPause } from "./primaryPause.ts";
import { plannedFailover } from "./plannedFailover.ts";
import { staleHandover } from "./staleHandover.ts";
import { primaryCutFromLog } from "./primaryCutFromLog.ts";
import { primaryCutFromClients } from "./primaryCutFromClients.ts";
import { longScript } from "./longScript.ts";
import { logChurn } from "./logChurn.ts";
import { logLeaderCrash } from "./logLeaderCrash.ts";
import { logZoneSlow } from "./logZoneSlow.ts";
import { appendReorder } from "./appendReorder.ts";
import { dirtyDemotion } from "./dirtyDemotion.ts";
import { usersRevoked } from "./usersRevoked.ts";
import { twoAzOutage } from "./twoAzOutage.ts";
import { allNodesCrash } from "./allNodesCrash.ts";
import { allLogNodesCrash } from "./allLogNodesCrash.ts";
import { clockDrift } from "./clockDrift.ts";
import { clockBeyondBound } from "./clockBeyondBound.ts";
import { logSplit } from "./logSplit.ts";
import { badHardware } from "./badHardware.ts";
import { blankLogNode } from "./blankLogNode.ts";
import { flappingNetwork } from "./flappingNetwork.ts";
import { rollingRestart } from "./rollingRestart.ts";
import { messages } from "./messages.ts";
import { clientCaching } from "./clientCaching.ts";
import { eviction } from "./eviction.ts";
import { swarm } from "./swarm.ts";

export const scenarios: readonly Scenario[] = [
  baseline,
  azOutage,
  azLoss,
  primaryCrash,
  primaryPause,
  plannedFailover,
  staleHandover,
  primaryCutFromLog,
  primaryCutFromClients,
  logLeaderCrash,
  logChurn,
  logZoneSlow,
  appendReorder,
  dirtyDemotion,
  twoAzOutage,
  allNodesCrash,
  allLogNodesCrash,
  clockDrift,
  clockBeyondBound,
  logSplit,
  badHardware,
  blankLogNode,
  flappingNetwork,
  rollingRestart,
  messages,
  clientCaching,
  eviction,
  longScript,
  usersRevoked,
  swarm,
];
