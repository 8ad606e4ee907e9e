/** Executes one run in several places and names the first event in which two executions part. */
import {
  differenceIn,
  tellDifference,
  windowOfDifference,
  type FirstDifference,
} from "../trace/compare.ts";
import type { Execution, ExecutionTask } from "./execution.ts";
import type { Executor } from "./executors.ts";

export interface GuardVerdict {
  readonly seed: number;
  readonly events: number;
  readonly digest: string;
  /** "" if all executions agree; else lines that name the places and the event. */
  readonly difference: string;
}

/** A difference that chance makes may lie elsewhere the next time, or be absent: so often the window is executed again. */
const ATTEMPTS = 5;

/** The first of the executors is the one that the others are compared with. */
export async function guardRun(
  task: ExecutionTask,
  executors: readonly Executor[],
): Promise<GuardVerdict> {
  const [reference, ...others] = executors;
  if (reference === undefined || others.length === 0) {
    throw new Error("determinism takes two executions to compare");
  }
  const first = await reference.execute(task);
  const about = { seed: task.seed, events: first.events, digest: first.digest };
  for (const other of others) {
    const second = await other.execute(task);
    const difference = await differenceBetween(task, reference, first, other, second);
    if (difference !== "") return { ...about, difference };
  }
  return { ...about, difference: "" };
}

async function differenceBetween(
  task: ExecutionTask,
  left: Executor,
  first: Execution,
  right: Executor,
  second: Execution,
): Promise<string> {
  const places = `${left.name} (left) and ${right.name} (right)`;
  const window = windowOfDifference(first.checkpoints, second.checkpoints);
  if (window === undefined) {
    if (first.findings === second.findings) return "";
    return `${places} executed the same events and judged them differently:\nleft:  ${first.findings}\nright: ${second.findings}`;
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // From the first event on: where chance is at work, the next execution may part earlier than the checkpoints did.
    const whole = { ...task, eventWindow: { from: 0, until: window.until } };
    const ours = await left.execute(whole);
    const theirs = await right.execute(whole);
    const found = differenceIn(ours.executed, theirs.executed);
    if (found !== undefined) return tell(places, found);
  }
  return `${places} parted between events ${window.from} and ${window.until}, and not again in ${ATTEMPTS} more executions: chance plays a part in it`;
}

function tell(places: string, difference: FirstDifference): string {
  return `${places} part at this event:\n${tellDifference(difference)}`;
}
