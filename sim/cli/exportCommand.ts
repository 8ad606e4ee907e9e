/** `export`: a run as files for other tools. */
import { join } from "node:path";
import { plural } from "../../reports/figures.ts";
import { filmViewOf, type FilmView } from "../../reports/filmView.ts";
import type { FilmWindow } from "../../reports/filmWindow.ts";
import { otlpTraces } from "../../reports/otlp.ts";
import { perfettoTrace } from "../../reports/perfetto.ts";
import { shivizLog } from "../../reports/shiviz.ts";
import { tableLines } from "../../reports/textTable.ts";
import { failedAtUs } from "../../reports/watch.ts";
import { unknownName } from "../input/nearest.ts";
import { UsageError } from "../input/usageError.ts";
import { LiveRun } from "../live/liveRun.ts";
import type { Run } from "../run.ts";
import { messageOf } from "./campaignJob.ts";
import { momentFrom, parseOneRun } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import { writeFiles } from "./outputFiles.ts";
import type { Subcommand } from "./subcommands.ts";
import { specOf } from "./watched.ts";

interface Format {
  readonly name: string;
  readonly file: string;
  /** What opens it. */
  readonly opener: string;
  /** Throws an Error for a person. */
  readonly write: (view: FilmView, window: FilmWindow) => string | Uint8Array;
}

const formats: readonly Format[] = [
  {
    name: "perfetto",
    file: "run.perfetto-trace",
    opener: "the whole run; “Open trace file” of the Perfetto UI",
    write: (view) => perfettoTrace(view),
  },
  {
    name: "shiviz",
    file: "shiviz.log",
    opener: "the window; ShiViz, which reads the expression from the first line",
    write: shivizLog,
  },
  {
    name: "otlp",
    file: "otlp.json",
    opener: "the window; Jaeger's “Upload” or any other reader of OTLP JSON",
    write: otlpTraces,
  },
];

const US_PER_MS = 1000;
/** How much of a window lies before the moment that it is about, and how long it is. */
const BEFORE_MS = 50;
const WINDOW_MS = 200;

export const exportCommand: Subcommand = {
  name: "export",
  summary: "a run as files for Perfetto, ShiViz and OpenTelemetry",
  usage: `npm run sim -- export scenario=NAME [seed=N] [key=value …] [to=perfetto,shiviz,otlp]
npm run sim -- export FILE.json [seed=N]

Runs it once and writes DIR/<scenario>-<seed>/:

${formats.map(({ name, file, opener }) => `  ${name.padEnd(9)} ${file.padEnd(19)} ${opener}`).join("\n")}

  to=LIST       which of them; all unless told
  from=14.9s    where the window begins, from the start of the load as reports count: 15.2s, 200ms, 17us;
                ${BEFORE_MS} ms before the first failure, or else the first fault, unless told
  until=15.1s   where it ends; ${WINDOW_MS} ms later unless told
  out=DIR       reports/out unless told

What would be too much for its tool is refused with the length of a window that is not.
`,
  run: async (argv, around) => exportRun(argv, around),
};

function exportRun(argv: readonly string[], around: Surroundings): number {
  const { request, own } = parseOneRun(argv, around.scenarios, ["to", "from", "until", "out"]);
  const wanted = formatsFrom(own.get("to"));
  const given = { from: momentFrom(own, "from"), until: momentFrom(own, "until") };
  const live = new LiveRun(specOf(request), around.scenarios);
  const run = live.advance(Infinity, Infinity);
  if (run === undefined) throw new Error("the run did not end");
  const view = filmViewOf(live);
  const window = windowOf(run, given);
  const files = wanted.map((format) => [format.file, written(format, view, window)] as const);
  const folder = join(own.get("out") ?? "reports/out", `${run.scenario}-${run.seed}`);
  writeFiles(folder, files);
  const rows = wanted.map(({ file, opener }) => [`  ${join(folder, file)}`, opener]);
  const { messages, operations } = view.film;
  const lines = [
    `${plural(operations.id.length, "operation")} and ${plural(messages.sentUs.length, "message")}:`,
    ...tableLines(rows, ["left", "left"]),
  ];
  around.print(`${lines.join("\n")}\n`);
  return 0;
}

function formatsFrom(text: string | undefined): readonly Format[] {
  if (text === undefined) return formats;
  return text.split(",").map((name) => {
    const format = formats.find((each) => each.name === name);
    if (format !== undefined) return format;
    throw new UsageError(
      unknownName(
        "format",
        name,
        formats.map((each) => each.name),
      ),
    );
  });
}

/** Given moments count from the start of the load. */
function windowOf(
  run: Run,
  given: { readonly from: number | undefined; readonly until: number | undefined },
): FilmWindow {
  const failedUs = failedAtUs(run);
  const aboutUs =
    failedUs === undefined
      ? (run.faults[0]?.fromUs ?? run.loadedUs + BEFORE_MS * US_PER_MS)
      : run.loadedUs + failedUs;
  const { from, until } = given;
  const fromUs = from === undefined ? aboutUs - BEFORE_MS * US_PER_MS : run.loadedUs + from;
  const untilUs = until === undefined ? fromUs + WINDOW_MS * US_PER_MS : run.loadedUs + until;
  if (fromUs < untilUs) return { fromUs, untilUs };
  throw new UsageError("the window must end after it begins, such as from=14.9s until=15.1s");
}

function written(format: Format, view: FilmView, window: FilmWindow): string | Uint8Array {
  try {
    return format.write(view, window);
  } catch (error) {
    throw new UsageError(`${format.name}: ${messageOf(error)}`);
  }
}
