/** The command line for faults on a running cluster: `npm run chaos -- --help`. */
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { plainStyle, type Style } from "../reports/terminal.ts";
import { UsageError } from "../sim/input/usageError.ts";
import { OutputError } from "../sim/cli/outputFiles.ts";
import { ApiError } from "./api.ts";
import { runCommand } from "./commands.ts";

const colours = {
  good: "green",
  bad: "red",
  warning: "yellow",
  strong: "bold",
  dim: "dim",
} as const;
const wantsColour = process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
const style: Style = wantsColour ? (text, kind) => styleText(colours[kind], text) : plainStyle;

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    print: (text) => void process.stdout.write(text),
    progress: (text) => void process.stderr.write(text),
    style,
    plantedServer: fileURLToPath(new URL("plantedServer.js", import.meta.url)),
    server: fileURLToPath(new URL("../server/main.js", import.meta.url)),
  });
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof ApiError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`chaos: ${message}\n`);
  if (error instanceof UsageError) {
    process.stderr.write('chaos: "npm run chaos -- --help" tells how to use it\n');
  }
  if (!isUsage && !(error instanceof OutputError) && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ""}\n`);
  }
  process.exitCode = isUsage ? 2 : 4;
}
