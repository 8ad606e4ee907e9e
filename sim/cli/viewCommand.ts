/** `view`: the link to a run in the viewer. */
import { encodeLink } from "../../reports/link.ts";
import { failedAtUs, watchLine } from "../../reports/watch.ts";
import { shellWord } from "../../reports/verdict.ts";
import type { RunEdit, RunSpec } from "../live/runSpec.ts";
import { Streams } from "../random.ts";
import type { Run } from "../run.ts";
import { messageOf } from "./campaignJob.ts";
import { momentFrom, parseOneRun } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import { isRecording, readRecording, type Recording } from "./recordingFile.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";
import { codeVersion } from "./version.ts";
import { specOf, viewerAddress } from "./watched.ts";

export const viewCommand: Subcommand = {
  name: "view",
  summary: "the link to a run in the viewer, opened where there is a browser",
  usage: `npm run sim -- view scenario=NAME [seed=N] [key=value …] [at=15s]
npm run sim -- scenario=NAME … view
npm run sim -- view FILE.json [seed=N] [at=15s]

Prints the link under which the viewer runs this very run again, and opens it in the browser if the
command stands on a terminal with a screen. The viewer is served by "npm run viz". FILE is a scenario,
such as shrink leaves, or what record=FILE wrote down: of its decisions the link holds those that
differ from the seed's.

  at=15s        the moment to open it at, from the start of the load as reports count: 15.2s, 200ms, 17us
  base=ADDRESS  where the viewer is; ${viewerAddress()} unless told, or what the
                environment's AZIMUTH_VIEWER says, which all links in reports follow
  open=no       prints the link only
`,
  run: async (argv, around) => view(argv, around),
};

const ownKeys = ["at", "base", "open"];

/** A run to be linked to. */
interface Subject {
  readonly spec: RunSpec;
  readonly own: ReadonlyMap<string, string>;
}

function view(argv: readonly string[], around: Surroundings): number {
  const { spec, own } = subjectOf(argv, around);
  const open = own.get("open") ?? "yes";
  if (!["yes", "no"].includes(open)) {
    throw new UsageError(`open must be one of yes, no; got "${open}"`);
  }
  const base = baseFrom(own.get("base") ?? viewerAddress());
  const atUs = momentFrom(own, "at");
  const at = atUs === undefined ? {} : { atUs };
  const address = `${base}#${linkOf({ spec, version: codeVersion(), ...at })}`;
  around.print(`${address}\n`);
  if (open === "yes") around.browse(address);
  return 0;
}

function subjectOf(argv: readonly string[], around: Surroundings): Subject {
  const [path, ...words] = argv;
  if (path !== undefined && path.endsWith(".json") && !path.includes("=") && isRecording(path)) {
    return { spec: recordedSpec(readRecording(path)), own: ownPairs(words) };
  }
  const { request, own } = parseOneRun(argv, around.scenarios, ownKeys);
  return { spec: specOf(request), own };
}

function ownPairs(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const [, key = "", value = ""] = /^(\w+)=(.*)$/s.exec(word) ?? [];
      if (ownKeys.includes(key)) return [key, value];
      throw new UsageError(
        `a recording has its seed and parameters; expected ${ownKeys.join("=…, ")}=…, got "${word}"`,
      );
    }),
  );
}

function linkOf(link: Parameters<typeof encodeLink>[0]): string {
  try {
    return encodeLink(link);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function baseFrom(text: string): string {
  if (/^(?:https?|file):\/\/[^#]+$/.test(text)) return text;
  throw new UsageError(
    `base expects an address such as base=http://localhost:4173/; got "${text}"`,
  );
}

/** The address of a replayed run, or the command that prints it where it is long. */
export function watchRecording(recording: Recording, run: Run, path: string): string {
  const atUs = failedAtUs(run);
  const link = { spec: recordedSpec(recording), version: codeVersion() };
  const line = watchLine(viewerAddress(), { ...link, ...(atUs === undefined ? {} : { atUs }) });
  return line === "" ? `npm run sim -- view ${shellWord(path)}` : line;
}

function recordedSpec({ scenario, seed, decisions }: Recording): RunSpec {
  const streams = new Streams(seed);
  const edits: RunEdit[] = [];
  for (const [name, values] of decisions) {
    const slash = name.indexOf("/");
    const about = { stream: name.slice(0, slash), entity: name.slice(slash + 1) };
    const drawn = streams.stream(name);
    values.forEach((value, ordinal) => {
      if (drawn() !== value)
        edits.push({ kind: "decision", decision: { ...about, ordinal, value } });
    });
  }
  return { scenario: scenario.name, file: scenario, seed, overrides: {}, edits };
}
