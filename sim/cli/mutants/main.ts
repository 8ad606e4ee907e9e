/** The command line of the planted bugs: `npm run mutants -- …`. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { scenarios } from "../../../scenarios/registry.ts";
import { mutants } from "../../mutants/registry.ts";
import { runMutantsCommand } from "./mutantsCommand.ts";

let isInterrupted = false;
process.on("SIGINT", () => {
  if (isInterrupted) process.exit(130);
  isInterrupted = true;
});

process.exitCode = await runMutantsCommand(process.argv.slice(2), {
  root: fileURLToPath(new URL("../../../../", import.meta.url)),
  mutants,
  scenarios,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  progress: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  },
  clockMs: () => performance.now(),
  cores: availableParallelism(),
  isInterrupted: () => isInterrupted,
});
