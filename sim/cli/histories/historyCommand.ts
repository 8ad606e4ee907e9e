/** `history FILE to=FORMAT`: a history in the format of another tool. */
import { writeFileSync } from "node:fs";
import type { Surroundings } from "../commands.ts";
import { OutputError, reasonOf } from "../outputFiles.ts";
import type { Subcommand } from "../subcommands.ts";
import { UsageError } from "../../input/usageError.ts";
import { formatsHelp, readHistoryFile, writeHistory } from "./historyFile.ts";
import { fileAndPairs } from "./words.ts";

export const historyCommand: Subcommand = {
  name: "history",
  summary: "a history in the format of another tool",
  usage: `npm run sim -- history FILE to=FORMAT [out=PATH] [format=FORMAT] [key=KEY]

Writes a history, such as a run's reports/out/SCENARIO-SEED/history.jsonl, for Knossos, Elle or Porcupine.
Reads of replicas are left out: they promise less, which no other format can say.

  to=FORMAT      jepsen, porcupine-etcd or porcupine-kv
  out=PATH       the file to write; the terminal unless told
  format=FORMAT  what FILE is, where its first line does not tell
  key=KEY        operations on this key only

Formats
${formatsHelp}
Exit status: 0, or 2 for a file that cannot be read or that the format cannot say.
`,
  run: async (argv, around) => convert(argv, around),
};

function convert(argv: readonly string[], around: Surroundings): number {
  const { path, pairs } = fileAndPairs("history", argv, ["to", "out", "format", "key"]);
  const to = pairs.get("to");
  if (to === undefined) throw new UsageError("to which format? history FILE to=jepsen");
  const file = readHistoryFile(path, pairs.get("format"));
  const key = pairs.get("key");
  const recorded = file.recorded.filter((one) => key === undefined || one.key === key);
  if (recorded.length === 0) throw new UsageError(`${path} has no operation on the key "${key}"`);
  const text = writeHistory({ ...file, recorded }, to);
  const out = pairs.get("out");
  if (out === undefined) {
    around.print(text);
    return 0;
  }
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new OutputError(`cannot write ${out}: ${reasonOf(error)}`);
  }
  around.print(`${recorded.length} operations written to ${out}\n`);
  return 0;
}
