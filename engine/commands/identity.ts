/** Names of 40 hexadecimal digits, as Redis gives nodes and runs, derived from what this cluster calls them. */
import { hashOf } from "../structures/hashTable.ts";

/** The same for equal text, different for different text as far as 160 bits of a simple hash go. */
export function hexIdentity(text: string): string {
  let digits = "";
  for (let part = 0; part < 5; part++) {
    digits += hashOf(`${part}:${text}:${part}`).toString(16).padStart(8, "0");
  }
  return digits;
}
