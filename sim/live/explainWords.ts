/** Why an operation took as long as it took, in sentences. */
import { sayDuration } from "../checker/describe.ts";
import type { Operation } from "../checker/history.ts";
import type { ExplanationStep, StepKind } from "./explain.ts";

export interface Course {
  readonly operation: Operation;
  readonly steps: readonly ExplanationStep[];
  readonly isRead: boolean;
  /** How far the run was followed. */
  readonly endUs: number;
}

export function sentencesOf(course: Course): readonly string[] {
  return [sayWait, sayExecution, sayDurability, sayAnswerLeft, sayUnknown].flatMap((say) => {
    const sentence = say(course);
    return sentence === undefined ? [] : [sentence];
  });
}

function first(steps: readonly ExplanationStep[], what: StepKind): ExplanationStep | undefined {
  return steps.find((step) => step.what === what);
}

function sayWait({ steps, operation }: Course): string | undefined {
  const arrived = first(steps, "arrived");
  if (arrived === undefined)
    return operation.completedUs < 0
      ? undefined
      : `The request never reached ${operation.node}: the client waited in vain.`;
  const waits = first(steps, "waits");
  if (waits === undefined) return undefined;
  const executed = first(steps, "executed");
  if (executed === undefined) return `It waited at ${waits.place} and was never executed there.`;
  return `It waited ${sayDuration(executed.atUs - arrived.atUs)} at ${waits.place} before it was executed.`;
}

function sayExecution({ steps, isRead }: Course): string | undefined {
  if (first(steps, "executed") === undefined) return undefined;
  if (first(steps, "parked") !== undefined)
    return isRead
      ? "What it read was not durable yet, so the answer had to wait for the log."
      : "It was executed in memory at once; the answer had to wait until the log held the change.";
  return isRead
    ? "Its node knew of nothing undurable in what it saw, and answered at once."
    : "It changed nothing that the log has to hold, so it was answered at once.";
}

function sayDurability({ steps }: Course): string | undefined {
  const parked = first(steps, "parked");
  if (parked === undefined) return undefined;
  const disks = steps.filter(({ what }) => what === "durable");
  const second = disks[1];
  if (second === undefined)
    return disks.length === 0
      ? "No log node's disk came to hold the entry while it was followed."
      : `Only the disk of ${disks[0]?.place} came to hold the entry: no majority of zones.`;
  const names = disks.slice(0, 2).map(({ place }) => place);
  return `${names.join(" and ")} made a majority ${sayDuration(second.atUs - parked.atUs)} after it was executed.`;
}

function sayAnswerLeft({ steps }: Course): string | undefined {
  const known = first(steps, "known committed");
  const lost = first(steps, "lost");
  if (known !== undefined || lost === undefined) return undefined;
  return `${lost.place} never learnt whether it committed: ${lost.text}.`;
}

function sayUnknown({ operation, steps }: Course): string | undefined {
  if (operation.outcome !== "unknown" && operation.outcome !== "open") return undefined;
  const isCommitted = first(steps, "committed") !== undefined;
  const reason = operation.error === "" ? "no answer came" : operation.error;
  return isCommitted
    ? `The client does not know (${reason}), but the entry is committed: the change is there.`
    : `The client does not know (${reason}), and while it was followed the entry did not commit.`;
}
