/** Which keyspace events are told to subscribers: letters, one a class of events. */
import { parameter, type Parameter } from "./parameter.ts";

/** What "A" stands for, in the order in which the letters are shown. */
const ALL = "g$lshzxetdn";
const OTHERS = "KEm";

export const notifyKeyspaceEvents: Parameter = parameter(
  "notify-keyspace-events",
  "text",
  "",
  {},
  (word) => {
    const wanted = new Set(word.includes("A") ? ALL : "");
    for (const letter of word) {
      if (letter === "A") continue;
      if (!ALL.includes(letter) && !OTHERS.includes(letter)) {
        return { why: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'." };
      }
      wanted.add(letter);
    }
    const shown = (letters: string): string =>
      Array.from(letters, (one) => (wanted.has(one) ? one : "")).join("");
    const classes = shown(ALL);
    return { text: (classes === ALL ? "A" : classes) + shown(OTHERS) };
  },
);
