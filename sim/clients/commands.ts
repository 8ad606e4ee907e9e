/** How an operation of the history is said in Redis commands, and what its replies mean. */
import type { OperationInput, OperationOutput } from "../checker/history.ts";
import { twinOf } from "./keys.ts";
import { isError, type Reply } from "./resp.ts";

/** The requests of one attempt, to be sent in one piece. A cas is sent behind WATCH and GET on the same connection. */
export function requestsOf(input: OperationInput): readonly (readonly string[])[] {
  const twin = twinOf(input.key);
  if (twin !== undefined) return requestsForPair(input, twin);
  switch (input.f) {
    case "get":
      return [["GET", input.key]];
    case "set":
      return [["SET", input.key, input.value]];
    case "setUntil":
      return [["SET", input.key, input.value, "PXAT", String(input.untilUnixMs)]];
    case "delete":
      return [["DEL", input.key]];
    case "increment":
      return [["INCR", input.key]];
    case "append":
      return [["APPEND", input.key, input.value]];
    case "cas":
      return [["MULTI"], ["SET", input.key, input.value], ["EXEC"]];
  }
}

function requestsForPair(input: OperationInput, twin: string): readonly (readonly string[])[] {
  if (input.f === "get") return [["MGET", input.key, twin]];
  if (input.f !== "set") throw new Error(`no ${input.f} on a pair of keys`);
  const { key, value } = input;
  return [["MULTI"], ["SET", key, value], ["SET", twin, value], ["EXEC"]];
}

/** What the replies say about the operation. */
export interface Answer {
  readonly outcome: "ok" | "fail" | "unknown";
  readonly output: OperationOutput;
  readonly error: string;
}

/** Judges the replies to `requestsOf(input)`, one a request. An error reply promises that nothing was executed (rule 18). */
export function answerOf(input: OperationInput, replies: readonly Reply[]): Answer {
  const reply = replies[replies.length - 1];
  if (reply === undefined) return unknown("no reply");
  const first = replies[0];
  if (twinOf(input.key) !== undefined) return answerOfPair(input, replies, reply);
  if (input.f === "cas" && first !== "OK") return unknown(`MULTI answered ${sayReply(first)}`);
  if (isError(reply)) return { outcome: "fail", output: null, error: reply.error };
  switch (input.f) {
    case "get":
      return reply === null || typeof reply === "string" ? ok(reply) : unexpected(reply);
    case "set":
    case "setUntil":
      return reply === "OK" ? ok(null) : unexpected(reply);
    case "delete":
    case "increment":
    case "append":
      return typeof reply === "number" ? ok(reply) : unexpected(reply);
    case "cas":
      if (reply === null) return ok(null);
      return Array.isArray(reply) && reply.length === 1 && reply[0] === "OK"
        ? ok(true)
        : unexpected(reply);
  }
}

/** What a key holds beside another value of its twin is no value that anybody wrote. */
function answerOfPair(input: OperationInput, replies: readonly Reply[], last: Reply): Answer {
  if (isError(last)) {
    const cause = replies.find(isError) ?? last;
    return { outcome: "fail", output: null, error: cause.error };
  }
  if (!Array.isArray(last) || last.length !== 2) return unexpected(last);
  const [value, twin] = last;
  if (input.f === "set") return value === "OK" && twin === "OK" ? ok(null) : unexpected(last);
  if (value !== null && typeof value !== "string") return unexpected(last);
  return ok(value === twin ? value : `${sayReply(value)} beside ${sayReply(twin)}`);
}

/** A request that cannot be executed twice without notice is not sent again after an unknown outcome. */
export function mayRetryUnknown(input: OperationInput): boolean {
  return input.f === "get" || input.f === "set" || input.f === "setUntil" || input.f === "delete";
}

/** The "host:port" that a MOVED or ASK error names, or undefined. */
export function redirectOf(error: string): string | undefined {
  const words = error.split(" ");
  return (words[0] === "MOVED" || words[0] === "ASK") && words.length === 3 ? words[2] : undefined;
}

function ok(output: OperationOutput): Answer {
  return { outcome: "ok", output, error: "" };
}

function unknown(error: string): Answer {
  return { outcome: "unknown", output: null, error };
}

function unexpected(reply: Reply): Answer {
  return unknown(`unexpected reply ${sayReply(reply)}`);
}

function sayReply(reply: Reply | undefined): string {
  return JSON.stringify(reply ?? null);
}
