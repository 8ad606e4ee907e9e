/** The server's command line: `node dist/server/main.js --help`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { FolderError } from "./folder/folderError.ts";
import { Log } from "./log.ts";
import { OptionError } from "./options/optionError.ts";
import { ownOptions, readSettings, type Settings } from "./options/settings.ts";
import { Server } from "./server.ts";
import { Stopping, type StopSignal } from "./stopping.ts";
import { isSystemError, sentenceOf } from "./systemError.ts";

const argv: readonly string[] = process.argv.slice(2);

if (argv.includes("--help") || argv.includes("-h")) process.stdout.write(helpText());
else await main();

async function main(): Promise<void> {
  try {
    await run(readSettings(argv, (path) => readFileSync(path === "-" ? 0 : path, "latin1")));
  } catch (error) {
    const isExpected =
      error instanceof OptionError || error instanceof FolderError || isSystemError(error);
    if (!isExpected) throw error;
    const sentence = isSystemError(error) ? sentenceOf(error) : error.message;
    process.stderr.write(`azimuth: ${sentence}\n`);
    process.exit(1);
  }
}

async function run(settings: Settings): Promise<void> {
  const log = new Log(settings.logLevel, (line) => process.stdout.write(line));
  log.notice("Azimuth is starting");
  process.stdout.write(` PID: ${process.pid}\n`);
  const places = { ...settings, dir: resolve(settings.dir) };
  let stopping: Stopping | undefined;
  const onSignal = (name: StopSignal): void => {
    // Before it serves there is nothing to hand over.
    if (stopping === undefined) process.exit(0);
    stopping.signal(name);
  };
  process.on("SIGTERM", () => onSignal("SIGTERM"));
  process.on("SIGINT", () => onSignal("SIGINT"));
  const server = await Server.start(places, log, {
    onShutdown: (order) => stopping?.order(order),
    onExpelled: (why) => {
      log.warn(why);
      process.exit(1);
    },
  });
  stopping = new Stopping(server, log, (code) => process.exit(code));
  await server.ready();
  log.notice("Ready to accept connections");
  const cluster = server.membership.clusterEnabled ? " -c" : "";
  log.notice(`Connect with: redis-cli${cluster} -p ${server.port}`);
}

function helpText(): string {
  let text =
    "Azimuth: a durable, Redis-compatible in-memory database.\n\n" +
    "  npm run serve -- [redis.conf] [--name value …] [name=value …]\n\n";
  for (const { name, value, help } of ownOptions) {
    text += `  ${`${name}=${value}`.padEnd(28)} ${help}\n`;
  }
  return `${text}\nParameters of Redis's own redis.conf are accepted too.\n`;
}
