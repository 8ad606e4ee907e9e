import { unknownName } from "../../input/nearest.ts";
import { UsageError } from "../../input/usageError.ts";

export interface FileAndPairs {
  readonly path: string;
  readonly pairs: ReadonlyMap<string, string>;
  readonly isJson: boolean;
}

/** The words of a command that takes one file and key=value pairs. Throws UsageError. */
export function fileAndPairs(
  command: string,
  argv: readonly string[],
  keys: readonly string[],
): FileAndPairs {
  const [path, ...words] = argv;
  if (path === undefined || /^[a-z]+=/.test(path)) {
    throw new UsageError(`${command} expects a file first: ${command} FILE …`);
  }
  const pairs: Map<string, string> = new Map();
  let isJson = false;
  for (const word of words) {
    const [, key = "", value = ""] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (word === "json" && keys.includes("json")) isJson = true;
    else if (!keys.includes(key) || value === "") {
      throw new UsageError(
        unknownName(
          "word",
          word,
          keys.map((one) => (one === "json" ? one : `${one}=…`)),
        ),
      );
    } else pairs.set(key, value);
  }
  return { path, pairs, isJson };
}
