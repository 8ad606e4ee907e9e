/** Messages and what is said of listening, where they come in the order of a hash table. */
import type { Reply } from "./reply.ts";

/**
 * True if both were sent the same, save the order in which one message came to several patterns of a client, and the order in
 * which what it listened to was given up all at once.
 */
export function sameButOrder(mine: readonly Reply[], theirs: readonly Reply[]): boolean {
  return inOneOrder(mine) === inOneOrder(theirs);
}

/** True if both were sent the same, save that the engine has said more often that everything kept is to be forgotten. */
export function sameButForgotten(mine: readonly Reply[], theirs: readonly Reply[]): boolean {
  const [here, there] = [mine, theirs].map((all) => all.filter((one) => !forgetsAll(one)));
  return mine.length > theirs.length && inOneOrder(here ?? []) === inOneOrder(there ?? []);
}

/** An invalidation of null: pushed, or as a message to the client that another's go to. */
function forgetsAll({ items }: Reply): boolean {
  const last = items.at(-1);
  const isNull = last?.mark === "_" || last?.raw === "*-1\r\n" || last?.raw === "$-1\r\n";
  return isNull && items.some(({ text }) => /^(__redis__:)?invalidate$/.test(text));
}

function inOneOrder(messages: readonly Reply[]): string {
  const groups: string[][] = [];
  let last = "";
  const counts: string[] = [];
  for (const { items, mark, raw } of messages) {
    const kind = items[0]?.text ?? "";
    const isLeaving = kind.endsWith("unsubscribe");
    // Of leaving, the number that is left goes down in any order.
    const said = isLeaving ? `${mark}${kind} ${items[1]?.raw}` : raw;
    if (isLeaving) counts.push(items[2]?.raw ?? "");
    const about = kind === "pmessage" ? `${items[2]?.raw}${items[3]?.raw}` : kind;
    const isOfLast = (isLeaving || kind === "pmessage") && about === last;
    if (isOfLast) groups.at(-1)?.push(said);
    else groups.push([said]);
    last = about;
  }
  return JSON.stringify([groups.map((group) => group.toSorted()), counts]);
}
