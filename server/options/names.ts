/**
 * Names as Amazon MemoryDB takes them, of clusters, users and ACLs.
 * @see https://docs.aws.amazon.com/memorydb/latest/devguide/clusters.acls.html
 */

const MOST_LETTERS = 40;

/** Why a name is not taken; undefined if it is. */
export function whyNoName(name: string): string | undefined {
  if (name === "" || name.length > MOST_LETTERS) return `must have 1 to ${MOST_LETTERS} characters`;
  if (!/^[A-Za-z0-9-]*$/.test(name)) return "may hold letters, digits and hyphens only";
  if (!/^[A-Za-z]/.test(name)) return "must begin with a letter";
  if (name.includes("--")) return "may not hold two hyphens in a row";
  return name.endsWith("-") ? "may not end with a hyphen" : undefined;
}
