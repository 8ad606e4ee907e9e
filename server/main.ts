/** The server's command line: `node dist/server/main.js --help`. */
import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { compileSooner } from "./compileSooner.ts";
import type { Doors } from "./clients/doors.ts";
import { connectLines } from "./connectLines.ts";
import { FolderError } from "./folder/folderError.ts";
import type { InitialValues } from "../engine/settings/settings.ts";
import { FaultyFiles } from "./disk/faultyFiles.ts";
import { nodeFiles } from "./disk/nodeFiles.ts";
import { lineWriter, Log, type LogLevel } from "./log.ts";
import { helpText } from "./options/help.ts";
import { openChaos } from "./chaos/openChaos.ts";
import { ZonesHere } from "./chaos/zones.ts";
import { parseArguments } from "./options/given.ts";
import { OptionError } from "./options/optionError.ts";
import { parameterList } from "./options/parameterList.ts";
import { readSettings, type Settings, withParameterGroup } from "./options/settings.ts";
import { isSupervised, obeySupervisor, sayReady } from "./processes/zoneAgent.ts";
import { superviseZones } from "./processes/superviseZones.ts";
import { nameOfProgram, showTitle } from "./processTitle.ts";
import { Server } from "./server.ts";
import { Stopping, type StopSignal } from "./stopping.ts";
import { makeCertificatesAsTold } from "./tls/certificatesCommand.ts";
import { CredentialsError } from "./tls/credentials.ts";
import { versionText } from "./version.ts";
import { isSystemError, sentenceOf } from "./systemError.ts";

const argv: readonly string[] = process.argv.slice(2);

/** Values that a redis.conf may bring and that do nothing here: better said than left to be found out. */
const ineffective: readonly (readonly [string, string, string])[] = [
  ["syslog-enabled", "yes", "lines go to the standard output, or to logfile="],
  ["daemonize", "yes", "the server stays in the foreground: let a service manager run it"],
];

const readFile = (path: string): string => readFileSync(path === "-" ? 0 : path, "latin1");

await main();

async function main(): Promise<void> {
  try {
    if (argv[0] === "certificates") {
      process.stdout.write(makeCertificatesAsTold(argv.slice(1)));
    } else if (argv.includes("--help") || argv.includes("-h")) {
      process.stdout.write(helpText());
    } else if (argv[0] === "--version" || argv[0] === "-v") {
      process.stdout.write(versionText());
    } else if (argv[0] === "parameters") {
      const asked = argv.slice(1);
      readSettings(asked, readFile);
      const options = withParameterGroup(parseArguments(asked, readFile), readFile);
      process.stdout.write(parameterList(options));
    } else {
      await run(readSettings(argv, readFile));
    }
  } catch (error) {
    const isExpected =
      error instanceof OptionError ||
      error instanceof FolderError ||
      error instanceof CredentialsError ||
      isSystemError(error);
    if (!isExpected) throw error;
    const sentence = isSystemError(error) ? sentenceOf(error) : error.message;
    process.stderr.write(`azimuth: ${sentence}\n`);
    process.exit(1);
  }
}

async function run(settings: Settings): Promise<void> {
  const places = { ...settings, dir: resolve(settings.dir) };
  const log = new Log(settings.logLevel, lineWriter(logPath(places)), settings.logFormat);
  log.notice("Azimuth is starting");
  // Tools that start a Redis look for this line.
  if (settings.logFormat === "plain") process.stdout.write(` PID: ${process.pid}\n`);
  warnOfIneffective(settings.parameters, log);
  if (places.zones === "processes") return superviseZones(places, argv, log);
  compileSooner();
  let stopping: Stopping | undefined;
  let running: Server | undefined;
  const onSignal = (name: StopSignal): void => {
    // Before it serves there is nothing to hand over.
    if (stopping === undefined) process.exit(0);
    stopping.signal(name);
  };
  // Whoever read the lines is gone: that ends no server.
  process.stdout.on("error", () => {});
  process.on("SIGHUP", () => {
    if (running !== undefined) reload(running, log);
  });
  process.on("SIGTERM", () => onSignal("SIGTERM"));
  process.on("SIGINT", () => onSignal("SIGINT"));
  const isZoneOfSupervisor = places.zone !== undefined && isSupervised();
  if (places.chaos !== undefined && places.zone !== undefined && !isZoneOfSupervisor) {
    throw new OptionError("chaos=yes needs all zones: zones=processes in the place of zone=");
  }
  const stopNow = (): void => {
    if (stopping === undefined) process.exit(0);
    stopping.order("now");
  };
  if (isZoneOfSupervisor) process.on("disconnect", stopNow);
  // A log in memory has no files.
  const isFaulty = places.chaos !== undefined && places.log !== "memory";
  const files = isFaulty ? new FaultyFiles(nodeFiles, places.dir) : undefined;
  const server = await Server.start(places, log, {
    ...(files === undefined ? {} : { files }),
    onShutdown: (order) => stopping?.order(order),
    onExpelled: (why) => {
      log.warn(why);
      process.exit(1);
    },
  });
  running = server;
  server.settings.follow("loglevel", (level) => {
    log.level = level as LogLevel;
  });
  const { doors } = server.host;
  if (doors !== undefined) keepTitle(server, doors, places.configFile);
  stopping = new Stopping(server, log, (code) => process.exit(code));
  if (isZoneOfSupervisor) {
    obeySupervisor(server.host, files, log, stopNow);
  } else if (places.chaos !== undefined) {
    await openChaos(places.chaos, new ZonesHere(server.host, files, log), log);
  }
  await server.ready();
  if (isZoneOfSupervisor) sayReady();
  if (doors === undefined) {
    log.notice(
      "Ready to accept connections of the other zones: this one has a copy of the log only",
    );
    return;
  }
  log.notice("Ready to accept connections");
  const authority = server.settings.get("tls-ca-cert-file");
  const { clusterEnabled } = server.membership;
  for (const line of connectLines(server.ports, authority, clusterEnabled)) log.notice(line);
}

function keepTitle(server: Server, doors: Doors, configFile: string): void {
  const facts = {
    title: nameOfProgram(process.argv0),
    doors,
    isCluster: server.membership.clusterEnabled,
    configFile: configFile === "" ? "" : resolve(configFile),
  };
  showTitle(server.settings, facts, (title) => {
    process.title = title;
  });
}

/** Options are read anew, unless they came by the standard input, which has ended. */
function reload(server: Server, log: Log): void {
  try {
    server.reload(argv.includes("-") ? undefined : readSettings(argv, readFile));
  } catch (error) {
    if (!(error instanceof OptionError) && !isSystemError(error)) throw error;
    log.warn("the options stay as they were", { error: error.message });
  }
}

/** A relative path lies in the folder of the data, which may not be there yet. */
function logPath({ logFile, dir }: Settings): string {
  if (logFile === "") return "";
  mkdirSync(dir, { recursive: true });
  return resolve(dir, logFile);
}

function warnOfIneffective(parameters: InitialValues, log: Log): void {
  for (const [name, value, instead] of ineffective) {
    if (parameters.get(name)?.[0] === value) log.warn(`${name} has no effect: ${instead}`);
  }
}
