/**
 * For tests of durability: a server on files that forget what was not synced, in a process to be killed (disk/forgetfulFiles.ts).
 * Its parent may tell it to end with torn files; the option `lies` makes every sync a lie.
 */
import { ForgetfulFiles } from "./disk/forgetfulFiles.ts";
import { nodeFiles } from "./disk/nodeFiles.ts";
import { Log } from "./log.ts";
import { readSettings } from "./options/settings.ts";
import { Server } from "./server.ts";

/** How the parent wants it to end. */
export interface TearOrder {
  readonly garbage: boolean;
  /** Numbers in [0, 1), used in turn again and again. */
  readonly draws: readonly number[];
}

const argv: readonly string[] = process.argv.slice(2);
const files: ForgetfulFiles = new ForgetfulFiles(nodeFiles);
files.lies = argv.includes("lies");

process.on("message", ({ garbage, draws }: TearOrder) => {
  let drawn = 0;
  files.tear(() => draws[drawn++ % draws.length] ?? 0, garbage);
  process.kill(process.pid, "SIGKILL");
});
process.on("disconnect", () => process.exit(0));

await Server.start(
  readSettings(
    argv.filter((word) => word !== "lies"),
    () => "",
  ),
  new Log("notice", (line) => process.stdout.write(line)),
  // Small files, so that a short run writes many, and little memory, so that what a zone missed is read from them.
  { files, timing: { segmentBytes: 8 << 10, tailBytes: 2 << 10 } },
);
