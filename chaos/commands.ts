/** Carries out one command. Returns the exit status; throws UsageError or ApiError, whose messages say what was expected. */
import { historyLines } from "../reports/jsonLines.ts";
import { pairPage } from "../reports/html.ts";
import { reportOf } from "../reports/json.ts";
import { sideBySideText } from "../reports/sideBySide.ts";
import type { Style } from "../reports/terminal.ts";
import { exitCodes, verdictOf, worstVerdict } from "../reports/verdict.ts";
import { scenarios } from "../scenarios/registry.ts";
import {
  type FaultKind,
  faultKindNames,
  fieldsOf,
  type FieldSpec,
  type FieldValue,
} from "../server/chaos/faultKinds.ts";
import { parseOneRun } from "../sim/cli/commandLine.ts";
import { readPageParts, writeFiles } from "../sim/cli/outputFiles.ts";
import { simulate } from "../sim/cli/realSimulation.ts";
import { unknownName } from "../sim/input/nearest.ts";
import { UsageError } from "../sim/input/usageError.ts";
import { drawScenario } from "../sim/swarm/swarm.ts";
import { Api } from "./api.ts";
import { helpText } from "./help.ts";
import { mutantNamed } from "./mutantNamed.ts";
import { planReal } from "./realPlan.ts";
import { runReal } from "./realRun.ts";
import { statusText } from "./statusText.ts";

export interface Surroundings {
  readonly print: (text: string) => void;
  /** For people who wait. */
  readonly progress: (text: string) => void;
  readonly style: Style;
  /** The server's main file. */
  readonly server: string;
  /** The same with a bug (plantedServer.ts). */
  readonly plantedServer: string;
}

const DEFAULT_PORT = 7379;
const words = [...faultKindNames, "heal", "status", "run", "help"];

export async function runCommand(argv: readonly string[], around: Surroundings): Promise<number> {
  const [first = "help", ...rest] = argv;
  if (first === "help" || argv.includes("--help") || argv.includes("-h")) {
    around.print(helpText());
    return 0;
  }
  if (first === "run") return runScenario(rest, around);
  const kind = faultKindNames.find((name) => name === first);
  const isKnown = kind !== undefined || first === "heal" || first === "status";
  if (!isKnown) throw new UsageError(unknownName("command", first, words));
  const isJson = first === "status" && rest.includes("json");
  const pairs = pairsOf(rest.filter((word) => !(isJson && word === "json")));
  const api = new Api(portOf(pairs), take(pairs, "token"));
  if (kind !== undefined) return begin(kind, pairs, api, around);
  if (first === "heal") return heal(pairs, api, around);
  refuseOthers(first, pairs);
  const status = await api.status();
  around.print(isJson ? `${JSON.stringify(status)}\n` : statusText(status));
  return 0;
}

async function begin(
  kind: FaultKind,
  pairs: Map<string, string>,
  api: Api,
  around: Surroundings,
): Promise<number> {
  const specs = fieldsOf(kind);
  const fields: Record<string, FieldValue> = {};
  for (const [name, text] of pairs) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) throw new UsageError(unknownName("field", name, Object.keys(specs)));
    fields[name] = valueOf(name, text, spec);
  }
  const { id, text, endsInMs } = await api.begin({ kind, ...fields });
  const end =
    endsInMs === 0
      ? "done"
      : endsInMs < 0
        ? `until npm run chaos -- heal id=${id}`
        : `for ${endsInMs} ms`;
  around.print(`${id}  ${text}: ${end}\n`);
  return 0;
}

async function heal(pairs: Map<string, string>, api: Api, around: Surroundings): Promise<number> {
  const id = take(pairs, "id");
  refuseOthers("heal", pairs);
  if (id !== "" && !/^\d{1,9}$/.test(id)) throw new UsageError(`id must be a number, not "${id}"`);
  const { healed } = id === "" ? await api.healAll() : await api.heal(Number(id));
  around.print(`${healed} ${healed === 1 ? "fault has" : "faults have"} ended\n`);
  return 0;
}

/** On the simulator first, which is quick, then on three processes. */
async function runScenario(argv: readonly string[], around: Surroundings): Promise<number> {
  const isJson = argv.includes("json");
  const { request, own } = parseOneRun(
    argv.filter((word) => word !== "json"),
    scenarios,
    ["out", "plant"],
  );
  const plant = own.get("plant") ?? "";
  const program = plant === "" ? around.server : around.plantedServer;
  if (plant !== "") mutantNamed(plant);
  const { seed, overrides } = request;
  const scenario = drawScenario(request.scenario, overrides, seed);
  planReal(scenario, overrides, seed);
  const { run: simulated } = simulate(request.scenario, overrides, seed, { full: false });
  const seconds = Number(simulated.parameters["horizonMs"]) / 1000;
  around.progress(`simulated; now on three processes, for ${seconds} s and what follows\n`);
  const fromMs = performance.now();
  const tell = (text: string): void => {
    const second = ((performance.now() - fromMs) / 1000).toFixed(1);
    around.progress(`${second.padStart(7)} s  ${text}\n`);
  };
  const real = await runReal({ scenario, overrides, seed, program, plant, tell });
  const folder = `${own.get("out") ?? "reports/out"}/chaos-${scenario.name}-${seed}`;
  const report = { simulated: reportOf(simulated), real: reportOf(real) };
  writeFiles(folder, [
    ["index.html", pairPage({ simulated, real }, readPageParts("pair"))],
    ["report.json", `${JSON.stringify(report, undefined, 2)}\n`],
    ["history.jsonl", historyLines(real)],
  ]);
  around.print(
    isJson
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : sideBySideText({ simulated, real }, around.style, folder),
  );
  return exitCodes[worstVerdict([verdictOf(simulated), verdictOf(real)])];
}

function pairsOf(argv: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const word of argv) {
    const at = word.indexOf("=");
    if (at <= 0) throw new UsageError(`"${word}" is not name=value`);
    if (pairs.has(word.slice(0, at))) throw new UsageError(`${word.slice(0, at)} is given twice`);
    pairs.set(word.slice(0, at), word.slice(at + 1));
  }
  return pairs;
}

/** "" if it was not told; it is not there any more. */
function take(pairs: Map<string, string>, name: string): string {
  const text = pairs.get(name) ?? "";
  pairs.delete(name);
  return text;
}

function portOf(pairs: Map<string, string>): number {
  const text = take(pairs, "at");
  if (text === "") return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new UsageError(`at must be a port, not "${text}"`);
}

function refuseOthers(command: string, pairs: ReadonlyMap<string, string>): void {
  const [other] = pairs.keys();
  if (other !== undefined) throw new UsageError(`${command} takes no ${other}=`);
}

/** The server says what is wrong with a value; here a text becomes what the field is. */
function valueOf(name: string, text: string, { type }: FieldSpec): FieldValue {
  if (type === "string") return text;
  if (type === "integer") {
    if (/^-?\d{1,15}$/.test(text)) return Number(text);
    throw new UsageError(`${name} must be a whole number, not "${text}"`);
  }
  if (text === "yes" || text === "true") return true;
  if (text === "no" || text === "false") return false;
  throw new UsageError(`${name} must be yes or no, not "${text}"`);
}
