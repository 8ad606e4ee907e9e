/** What the page is drawn from: the report, the story, and the operations in columns, small enough to stand in a file. */
import { outcomeNames } from "../sim/film/film.ts";
import { accessOf, answerText, commandText } from "../sim/film/operationText.ts";
import type { Run } from "../sim/run.ts";
import { reportOf, type Report } from "./json.ts";
import { storyOf, type Moment } from "./story.ts";

export interface PageData {
  readonly report: Report;
  readonly moments: readonly Moment[];
  readonly operations: OperationColumns;
}

/** Operations in order of their due time; all arrays are as long as there are operations. */
export interface OperationColumns {
  /** Differences to the operation before: small numbers make a small file. The first counts from 0. */
  readonly dueDeltaUs: readonly number[];
  /** From due to completion; for open ones to the end of the run. */
  readonly latencyUs: readonly number[];
  /** From due to the sending. */
  readonly waitedUs: readonly number[];
  /** Indexes into `accessNames` and `outcomeNames` of a film. */
  readonly access: readonly number[];
  readonly outcome: readonly number[];
  readonly shard: readonly number[];
  readonly process: readonly number[];
  /** Indexes into `texts`. */
  readonly command: readonly number[];
  readonly answer: readonly number[];
  readonly node: readonly number[];
  readonly texts: readonly string[];
}

export function pageDataOf(run: Run): PageData {
  return { report: reportOf(run), moments: storyOf(run), operations: columnsOf(run) };
}

function columnsOf(run: Run): OperationColumns {
  const ordered = run.history.toSorted((left, right) => left.dueUs - right.dueUs);
  const texts: string[] = [];
  const indexes = new Map<string, number>();
  const intern = (text: string): number => {
    const known = indexes.get(text);
    if (known !== undefined) return known;
    indexes.set(text, texts.length);
    texts.push(text);
    return texts.length - 1;
  };
  const columns = {
    dueDeltaUs: [] as number[],
    latencyUs: [] as number[],
    waitedUs: [] as number[],
    access: [] as number[],
    outcome: [] as number[],
    shard: [] as number[],
    process: [] as number[],
    command: [] as number[],
    answer: [] as number[],
    node: [] as number[],
  };
  let beforeUs = 0;
  for (const operation of ordered) {
    const endUs = operation.completedUs < 0 ? run.simulatedUs : operation.completedUs;
    columns.dueDeltaUs.push(operation.dueUs - beforeUs);
    columns.latencyUs.push(Math.max(0, endUs - operation.dueUs));
    columns.waitedUs.push(operation.invokedUs - operation.dueUs);
    columns.access.push(accessOf(operation));
    columns.outcome.push(outcomeNames.indexOf(operation.outcome));
    columns.shard.push(operation.shard);
    columns.process.push(operation.process);
    columns.command.push(intern(commandText(operation.input)));
    columns.answer.push(intern(answerText(operation)));
    columns.node.push(intern(operation.node));
    beforeUs = operation.dueUs;
  }
  return { ...columns, texts };
}
