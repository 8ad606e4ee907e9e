/** What lists of processes show of this one: parameter proc-title-template of redis.conf, filled in. */
import { basename } from "node:path";
import type { Doors } from "./clients/doors.ts";
import type { Settings } from "../engine/settings/settings.ts";

/** What the template's variables stand for. */
export interface TitleFacts {
  /** As the program was called: its own name where Node was. */
  readonly title: string;
  readonly doors: Pick<Doors, "bind" | "ports" | "unixPath">;
  readonly isCluster: boolean;
  /** "" if there is none. */
  readonly configFile: string;
}

/** `argv0`: what the operating system was told to call the process. */
export function nameOfProgram(argv0: string): string {
  return /^node(js)?$/.test(basename(argv0)) ? "azimuth" : argv0;
}

/** Shows the title and keeps it true. The system leaves it the room of the command line: what is longer is cut. */
export function showTitle(
  settings: Settings,
  facts: TitleFacts,
  show: (title: string) => void,
): void {
  if (settings.get("set-proc-title") === "no") return;
  for (const name of ["proc-title-template", "port", "bind"]) {
    settings.follow(name, () => show(titleOf(settings.get("proc-title-template"), facts)));
  }
}

function titleOf(template: string, facts: TitleFacts): string {
  const { port, tlsPort } = facts.doors.ports;
  const [address = "*"] = facts.doors.bind;
  const values = new Map([
    ["title", facts.title],
    ["listen-addr", `${address}:${port === 0 ? tlsPort : port}`],
    ["server-mode", facts.isCluster ? "[cluster]" : ""],
    ["port", `${port}`],
    ["tls-port", `${tlsPort}`],
    ["unixsocket", facts.doors.unixPath],
    ["config-file", facts.configFile],
  ]);
  const filled = template.replaceAll(/\{\{|\{([^}]*)\}/g, (_, name?: string) =>
    name === undefined ? "{" : (values.get(name) ?? ""),
  );
  return filled.trim();
}
