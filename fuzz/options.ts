/** The words behind `npm run fuzz:redis --`, checked. */
import type { Campaign } from "./campaign.ts";
import { subjectNames } from "./sequences.ts";

/** A problem that the user can repair; the message says how. Exit code 2. */
export class FuzzError extends Error {
  override readonly name = "FuzzError";
}

/** What --help shows. */
export const usage: string = `npm run fuzz:redis -- [commands=100000] [seed=1] [path=PATH] [about=${subjectNames.join("|")}]

Sends random requests to a real redis-server 7.0, which must be installed, and to the engine, and compares all that their
clients are sent. What differs is asked again ten times; a difference that comes again ends the run and is made small, one that
does not is told, counted in the summary, and the run goes on. Exit code 0: nothing differed but what is meant to; 1: something
does; 2: a program or a word is wrong; 3: something differed once and not when it was repeated, or redis-server itself has
ended, was started anew, and the run went on.`;

const names: ReadonlySet<string> = new Set(["commands", "seed", "path", "about"]);

export function parseOptions(words: readonly string[]): Campaign {
  const given = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf("=");
    const name = word.slice(0, Math.max(0, equals));
    if (!names.has(name)) throw new FuzzError(`cannot use "${word}".\n\n${usage}`);
    given.set(name, word.slice(equals + 1));
  }
  const subject = given.get("about");
  if (subject !== undefined && !subjectNames.includes(subject)) {
    throw new FuzzError(`about=${subject}: expected one of ${subjectNames.join(", ")}`);
  }
  const path = given.get("path") ?? "";
  if (!/^[\d:]*$/.test(path)) throw new FuzzError(`path=${path}: expected numbers and colons`);
  return {
    commands: numberOf("commands", given.get("commands") ?? (path === "" ? "100000" : "1")),
    seed: numberOf("seed", given.get("seed") ?? "1"),
    path,
    subject,
  };
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new FuzzError(`${name}=${text}: expected a whole number`);
}
