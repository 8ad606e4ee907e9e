/** Messages and what is said of listening, where they come in the order of a hash table. */
import type { Reply } from "./reply.ts";

/**
 * True if both were sent the same, save the order in which one message came to several patterns of a client, and the order in
 * which what it listened to was given up all at once.
 */
export function sameButOrder(mine: readonly Reply[], theirs: readonly Reply[]): boolean {
  return inOneOrder(mine) === inOneOrder(theirs);
}

/**
 * True if both were sent the same, save that the engine has said more often that everything kept is to be forgotten, and that
 * invalidations stand elsewhere among the messages.
 */
export function sameButInvalidations(mine: readonly Reply[], theirs: readonly Reply[]): boolean {
  const [here, there] = [byKind(mine), byKind(theirs)];
  return here.messages === there.messages && here.keys === there.keys && here.all >= there.all;
}

/** Of a client's messages: those of channels, the keys it has been told to forget, and how often it was told to forget all. */
function byKind(sent: readonly Reply[]): { messages: string; keys: string; all: number } {
  const invalidations = sent.filter(isInvalidation);
  const ofKeys = invalidations.filter(
    ({ items }) => items.at(-1)?.mark === "*" && items.at(-1)?.text !== "-1",
  );
  return {
    messages: inOneOrder(sent.filter((one) => !isInvalidation(one))),
    keys: inOneOrder(ofKeys),
    all: invalidations.length - ofKeys.length,
  };
}

/** Pushed, or as a message to the client that another's go to. */
function isInvalidation({ items }: Reply): boolean {
  return items.slice(0, 2).some(({ text }) => /^(__redis__:)?invalidate$/.test(text));
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
