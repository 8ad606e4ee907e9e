/**
 * The only user so far: "default", who may do everything. Without a password (requirepass is empty) every connection is
 * this user's from its start, and any password is right.
 */
export const DEFAULT_USER = "default";

export class DefaultUser {
  password = "";

  /** A new connection must give the password before it may do anything. */
  get needsPassword(): boolean {
    return this.password !== "";
  }

  accepts(name: string, password: string): boolean {
    return name === DEFAULT_USER && (!this.needsPassword || isSame(this.password, password));
  }
}

/** Takes as long wherever the first difference is. */
function isSame(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let index = 0; index < given.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index % expected.length);
  }
  return difference === 0;
}
