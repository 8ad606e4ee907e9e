/** The user's mistake: told in one sentence with what was expected, exit status 2. Never thrown for a mistake of ours. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
