/** Names of 40 hexadecimal digits, as Redis gives nodes and runs, derived from what this cluster calls them. */

/** The same for equal text, different for different text as far as 160 bits of a simple hash go. */
export function hexIdentity(text: string): string {
  let digits = "";
  for (let part = 0; part < 5; part++) {
    digits += hashOf(`${part}:${text}:${part}`).toString(16).padStart(8, "0");
  }
  return digits;
}

/** FNV-1a, then Murmur3's finish: names are no secret, and stay what they are. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
