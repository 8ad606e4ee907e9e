/** Passwords: only their digests are kept, and compared without telling where they differ. */
import { latin1Bytes } from "../bytes/latin1.ts";
import { hexadecimal } from "../bytes/sha1.ts";
import { sha256 } from "../bytes/sha256.ts";
import type { User } from "./user.ts";

export function digestOf(password: string): string {
  return hexadecimal(sha256(latin1Bytes(password)));
}

export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The user may log in with this password. Takes as long whichever of its passwords it is, and whether it is any. */
export function acceptsPassword(user: User, password: string): boolean {
  const digest = digestOf(password);
  let isRight = false;
  for (const known of user.passwords) isRight = isSame(known, digest) || isRight;
  return user.isOn && (user.needsNoPassword || isRight);
}

/** Of two digests; takes as long wherever the first difference is. */
function isSame(known: string, given: string): boolean {
  let difference = known.length ^ given.length;
  for (let index = 0; index < given.length; index++) {
    difference |= given.charCodeAt(index) ^ known.charCodeAt(index);
  }
  return difference === 0;
}
