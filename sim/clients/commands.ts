/** How an operation of the history is said in Redis commands, and what its replies mean. */
import type {
  CommandsInput,
  KeyInput,
  OperationInput,
  OperationOutput,
  StepOutput,
  TransactionInput,
  WideInput,
} from "../checker/history.ts";
import { answerAsUser, concernsUsers, requestsAsUser } from "./logins.ts";
import { isTold, isToldAtOnce, twinOf } from "./keys.ts";
import { isError, type Reply, textsOfItems } from "./resp.ts";
import { scripts } from "./scripts.ts";

export type Request = readonly string[];

/** The requests of one attempt, to be sent in one piece. A conditional write is sent behind WATCH on the same connection. */
export function requestsOf(input: OperationInput): readonly Request[] {
  const twin = twinOf(input.key);
  if (twin !== undefined) return requestsForPair(input, twin);
  if (input.f === "set" && isTold(input.key)) return requestsToTell(input.key, input.value);
  if (input.f === "transaction") return requestsOfTransaction(input);
  if (input.f === "flush") return [input.command.split(" ")];
  if (input.f === "dump") return [["MULTI"], ["GET", input.key], ["DUMP", input.key], ["EXEC"]];
  if (input.f === "wide") return [["MULTI"], ["GET", input.key], wideRequest(input), ["EXEC"]];
  if (input.f === "commands" && concernsUsers(input)) return requestsAsUser(input);
  if (input.f === "commands")
    return input.isAtomic ? [["MULTI"], ...input.requests, ["EXEC"]] : input.requests;
  if (input.f !== "cas") return [requestOf(input)];
  return [["MULTI"], ["SET", input.key, input.value], ["EXEC"]];
}

/** So many keys at most come in one step of a SCAN. */
const SCAN_COUNT = "100000";

function wideRequest({ command }: WideInput): Request {
  if (command === "KEYS") return ["KEYS", "*"];
  return command === "SCAN" ? ["SCAN", "0", "COUNT", SCAN_COUNT] : [command];
}

function requestOf(input: KeyInput): Request {
  switch (input.f) {
    case "get":
      return ["GET", input.key];
    case "set":
      return ["SET", input.key, input.value];
    case "setUntil":
      return ["SET", input.key, input.value, "PXAT", String(input.untilUnixMs)];
    case "delete":
      return ["DEL", input.key];
    case "increment":
      return ["INCR", input.key];
    case "append":
      return ["APPEND", input.key, input.value];
  }
}

function requestsOfTransaction({ steps, way, loops = 0 }: TransactionInput): readonly Request[] {
  const keys = steps.map(({ key }) => key);
  if (way === "mget") return [["MGET", ...keys]];
  if (way === "script")
    return [["EVAL_RO", scripts.reads, String(keys.length), ...keys, String(loops)]];
  const end = way === "discard" ? "DISCARD" : "EXEC";
  return [["MULTI"], ...steps.map(requestOf), [end]];
}

function requestsForPair(input: OperationInput, twin: string): readonly Request[] {
  if (input.f === "get") return [["MGET", input.key, twin]];
  if (input.f !== "set") throw new Error(`no ${input.f} on a pair of keys`);
  const { key, value } = input;
  return [["MULTI"], ["SET", key, value], ["SET", twin, value], ["EXEC"]];
}

function requestsToTell(key: string, value: string): readonly Request[] {
  const write = ["SET", key, value];
  const tell = ["PUBLISH", key, value];
  return isToldAtOnce(value) ? [["MULTI"], write, tell, ["EXEC"]] : [write, tell];
}

/** What the replies say about the operation. */
export interface Answer {
  readonly outcome: "ok" | "fail" | "unknown";
  readonly output: OperationOutput;
  readonly error: string;
  /** No server that works answers so. */
  readonly isAmiss?: boolean;
}

/**
 * Judges the replies to `requestsOf(input)`, one a request. An error reply promises that nothing was executed (rule 18).
 * @param texts the bytes of each reply
 */
export function answerOf(
  input: OperationInput,
  replies: readonly Reply[],
  texts: readonly string[],
): Answer {
  const reply = replies[replies.length - 1];
  if (reply === undefined) return unknownAnswer("no reply");
  if (twinOf(input.key) !== undefined) return answerOfPair(input, replies, reply);
  if (input.f === "set" && isTold(input.key)) return answerOfTold(replies, reply);
  if (input.f === "cas") return answerOfCas(replies, reply);
  if (input.f === "transaction") return answerOfTransaction(input, replies, reply);
  if (input.f === "commands" && concernsUsers(input))
    return answerAsUser(input, replies, texts, textsOfItems);
  if (input.f === "commands") return answerOfCommands(input, replies, reply, texts.at(-1) ?? "");
  if (input.f === "wide") return answerOfWide(input, replies, reply);
  if (isError(reply)) return { outcome: "fail", output: null, error: reply.error };
  if (input.f === "dump") return answerOfDump(replies, reply);
  if (input.f === "flush") return reply === "OK" ? ok(null) : unexpected(reply);
  const output = outputOf(input, reply);
  return output === undefined ? unexpected(reply) : ok(output);
}

/** Version and checksum. */
const DUMP_FOOTER_BYTES = 10;

/** The bytes of a string; the payload of a value of any other type, of which GET says that it is none. */
function answerOfDump(replies: readonly Reply[], last: Reply): Answer {
  if (isError(last)) return failed(replies, last);
  const [text, payload] = Array.isArray(last) ? (last as readonly Reply[]) : [];
  if (payload === null || typeof text === "string") return ok(text as string | null);
  if (typeof payload !== "string") return unexpected(last);
  return ok(payload.slice(0, -DUMP_FOOTER_BYTES));
}

function answerOfWide({ command }: WideInput, replies: readonly Reply[], last: Reply): Answer {
  if (isError(last)) return failed(replies, last);
  const [value, found] = Array.isArray(last) ? (last as readonly Reply[]) : [];
  if (value === undefined || (value !== null && typeof value !== "string")) return unexpected(last);
  if (command === "DBSIZE")
    return typeof found === "number" ? ok([value, found]) : unexpected(last);
  if (command === "RANDOMKEY")
    return found === null || typeof found === "string" ? ok([value, found]) : unexpected(last);
  const scanned: readonly Reply[] =
    command === "SCAN" && Array.isArray(found) ? found : ["0", found ?? 0];
  const [cursor, keys] = scanned;
  if (cursor !== "0" || !Array.isArray(keys)) return unexpected(last);
  return ok([value, ...(keys as readonly string[]).toSorted()]);
}

/** Undefined for a reply that the command never gives. */
function outputOf({ f }: KeyInput, reply: Reply | undefined): StepOutput | undefined {
  switch (f) {
    case "get":
      return reply === null || typeof reply === "string" ? reply : undefined;
    case "set":
    case "setUntil":
      return reply === "OK" ? null : undefined;
    case "delete":
    case "append":
      return typeof reply === "number" ? reply : undefined;
    case "increment":
      if (reply !== undefined && isError(reply)) return reply.error;
      return typeof reply === "number" ? reply : undefined;
  }
}

function answerOfCas(replies: readonly Reply[], last: Reply): Answer {
  if (replies[0] !== "OK") return unknownAnswer(`MULTI answered ${sayReply(replies[0])}`);
  if (isError(last)) return { outcome: "fail", output: null, error: last.error };
  if (last === null) return ok(null);
  return Array.isArray(last) && last.length === 1 && last[0] === "OK" ? ok(true) : unexpected(last);
}

function answerOfTransaction(
  input: TransactionInput,
  replies: readonly Reply[],
  last: Reply,
): Answer {
  const { steps, way, watched } = input;
  if (isError(last)) return failed(replies, last);
  if (way === "discard") return last === "OK" ? ok(null) : unexpected(last);
  if (last === null && watched.length > 0) return ok(null);
  if (!Array.isArray(last) || last.length !== steps.length) return unexpected(last);
  const items: readonly Reply[] = last;
  const outputs: StepOutput[] = [];
  for (let index = 0; index < steps.length; index++) {
    const output = outputOf(steps[index] as KeyInput, items[index]);
    if (output === undefined) return unexpected(last);
    outputs.push(output);
  }
  return ok(outputs);
}

/** An error by which a request was refused unexecuted. Any other is what the command had to say. */
const REFUSALS: ReadonlySet<string> = new Set([
  "ASK",
  "BUSY",
  "CLUSTERDOWN",
  "CROSSSLOT",
  "EXECABORT",
  "LOADING",
  "MOVED",
  "NOSCRIPT",
  "READONLY",
  "UNBLOCKED",
  "TRYAGAIN",
]);

function answerOfCommands(
  { requests, isAtomic }: CommandsInput,
  replies: readonly Reply[],
  last: Reply,
  lastText: string,
): Answer {
  if (isError(last) && (isAtomic || REFUSALS.has(last.error.split(" ")[0] as string)))
    return failed(replies, last);
  if (!isAtomic) return ok([lastText]);
  if (!Array.isArray(last) || last.length !== requests.length) return unexpected(last);
  const texts = textsOfItems(lastText);
  return ok(texts);
}

/** EXECABORT tells of the refused request, whose own error says more. */
function failed(replies: readonly Reply[], last: { readonly error: string }): Answer {
  const cause = replies.find(isError) ?? last;
  return { outcome: "fail", output: null, error: cause.error };
}

/** What a key holds beside another value of its twin is no value that anybody wrote. */
function answerOfPair(input: OperationInput, replies: readonly Reply[], last: Reply): Answer {
  if (isError(last)) return failed(replies, last);
  if (!Array.isArray(last) || last.length !== 2) return unexpected(last);
  const [value, twin] = last;
  if (input.f === "set") return value === "OK" && twin === "OK" ? ok(null) : unexpected(last);
  if (value !== null && typeof value !== "string") return unexpected(last);
  return ok(value === twin ? value : `${sayReply(value)} beside ${sayReply(twin)}`);
}

/** The write may be the first of two replies, or the first inside that of EXEC. */
function answerOfTold(replies: readonly Reply[], last: Reply): Answer {
  const isAtomic = replies.length > 2;
  const telling = isAtomic ? last : (replies[0] ?? null);
  if (isError(telling)) return failed(replies, telling);
  const [written, told] = isAtomic && Array.isArray(last) ? (last as readonly Reply[]) : replies;
  return written === "OK" && typeof told === "number" ? ok(null) : unexpected(last);
}

/** A request that cannot be executed twice without notice is not sent again after an unknown outcome. */
export function mayRetryUnknown(input: OperationInput): boolean {
  switch (input.f) {
    case "get":
    case "dump":
    case "set":
    case "setUntil":
    case "delete":
    case "wide":
      return true;
    case "transaction":
      return input.watched.length === 0 && input.steps.every(mayRetryUnknown);
    case "commands":
      return input.isRead;
    case "increment":
    case "append":
    case "cas":
    case "flush":
      return false;
  }
}

/** The "host:port" that a MOVED or ASK error names, or undefined. */
export function redirectOf(error: string): string | undefined {
  const words = error.split(" ");
  return (words[0] === "MOVED" || words[0] === "ASK") && words.length === 3 ? words[2] : undefined;
}

function ok(output: OperationOutput): Answer {
  return { outcome: "ok", output, error: "" };
}

/** An error says that something went wrong where this harness expects nothing to; any other reply of another form is a lie. */
function unexpected(reply: Reply): Answer {
  return { ...unknownAnswer(`unexpected reply ${sayReply(reply)}`), isAmiss: !holdsError(reply) };
}

function holdsError(reply: Reply): boolean {
  return Array.isArray(reply) ? (reply as readonly Reply[]).some(holdsError) : isError(reply);
}

function sayReply(reply: Reply | undefined): string {
  return JSON.stringify(reply ?? null);
}

/** Surely not executed. */
export function failAnswer(error: string): Answer {
  return { outcome: "fail", output: null, error };
}

/** Perhaps executed. */
export function unknownAnswer(error: string): Answer {
  return { outcome: "unknown", output: null, error };
}
