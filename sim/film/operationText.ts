/** What films and pages say of a client's operation: its access, its command and its answer, short enough to stand beside a mark. */
import { isReadInput, type Operation, type OperationInput } from "../checker/history.ts";
import { sayScript } from "../clients/scripts.ts";
import { accessNames } from "./film.ts";

const valueLimit = 24;

/** Its index in `accessNames`. */
export function accessOf({ readonlyReplica, input }: Operation): number {
  if (readonlyReplica) return accessNames.indexOf("replica read");
  return accessNames.indexOf(isReadInput(input) ? "read" : "write");
}

export function commandText(input: OperationInput): string {
  switch (input.f) {
    case "get":
      return `GET ${input.key}`;
    case "dump":
      return `DUMP ${input.key}`;
    case "set":
      return `SET ${input.key} ${shortText(input.value)}`;
    case "setUntil":
      return `SET ${input.key} ${shortText(input.value)} PXAT ${input.untilUnixMs}`;
    case "delete":
      return `DEL ${input.key}`;
    case "increment":
      return `INCR ${input.key}`;
    case "append":
      return `APPEND ${input.key} ${shortText(input.value)}`;
    case "cas":
      return `CAS ${input.key} ${shortText(input.expected ?? "(absent)")} → ${shortText(input.value)}`;
    case "flush":
      return input.command;
    case "wide":
      return `${input.command}, GET ${input.key}`;
    case "commands":
      return (input.requests.length === 0 ? [["EXEC"]] : input.requests)
        .map((words) => sayScript(words).join(" "))
        .join(", ");
    case "transaction": {
      return `${WAYS[input.way]} ${input.steps.map(commandText).join(", ")}`;
    }
  }
}

const WAYS = { multi: "MULTI", mget: "MGET", script: "EVAL_RO", discard: "MULTI" } as const;

export function answerText({ input, output, outcome, error }: Operation): string {
  if (outcome === "open") return "no answer by the end of the run";
  if (error !== "") return error;
  if (outcome === "ok" && output === null) return nothingText[input.f] ?? "(absent)";
  if (typeof output === "boolean") return output ? "took" : "found another value";
  return output === null ? "(absent)" : shortText(String(output));
}

/** What an answer without a value says, by what was asked. */
const nothingText: Readonly<Partial<Record<OperationInput["f"], string>>> = {
  set: "OK",
  setUntil: "OK",
  append: "OK",
  flush: "OK",
  cas: "EXEC refused: the key was touched",
  transaction: "EXEC refused: a watched key was touched",
};

/** The end of a long value tells more than its beginning: APPEND lists grow there. */
function shortText(text: string): string {
  return text.length <= valueLimit ? text : `…${text.slice(1 - valueLimit)}`;
}
