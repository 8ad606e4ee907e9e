/**
 * Which words of a request are secrets. The words alone decide, not what became of the request: SLOWLOG and MONITOR strike out those of
 * refused ones too. A word too many may be struck out (a user named "auth"), never one too few.
 */
import { parameterNamed } from "../settings/table.ts";

/** What a secret is replaced by. */
const REDACTED = "(redacted)";

/** The words of a request as others may see them. `name` is the command's own: "config|set". */
export function withoutSecrets(name: string, argv: readonly string[]): readonly string[] {
  const isSecret = secrets.get(name);
  if (isSecret === undefined) return argv;
  return argv.map((word, index) => (isSecret(argv, index) ? REDACTED : word));
}

/** By the names of the commands that take secrets: does one stand at this place? */
const secrets: ReadonlyMap<string, (argv: readonly string[], index: number) => boolean> = new Map([
  ["auth", (_, index) => index >= 1],
  ["acl|setuser", (_, index) => index >= 2],
  ["hello", (argv, index) => standsBehind("auth", 2, argv, index, 2)],
  [
    "config|set",
    (argv, index) =>
      index >= 3 && parameterNamed(argv[index - 1] ?? "")?.traits.includes("sensitive") === true,
  ],
  [
    "migrate",
    (argv, index) =>
      standsBehind("auth", 1, argv, index, 6) || standsBehind("auth2", 2, argv, index, 6),
  ],
]);

/** One of the `count` words behind an option, which stands at `first` or later. */
// oxlint-disable-next-line max-params -- the words of a sentence
function standsBehind(
  option: string,
  count: number,
  argv: readonly string[],
  index: number,
  first: number,
): boolean {
  for (let at = Math.max(first, index - count); at < index; at++) {
    if (argv[at]?.toLowerCase() === option) return true;
  }
  return false;
}
