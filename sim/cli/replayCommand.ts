/** `replay FILE`: a recorded run once more, and where it goes another way than it did. */
import { momentText } from "../../reports/figures.ts";
import { terminalReport } from "../../reports/terminal.ts";
import { exitCodes, verdictOf } from "../../reports/verdict.ts";
import type { DigestCheckpoint, Run } from "../run.ts";
import type { DecisionReport } from "../world.ts";
import type { Surroundings } from "./commands.ts";
import { readRecording, type Recording } from "./recordingFile.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";
import { codeVersion } from "./version.ts";
import { watchRecording } from "./viewCommand.ts";

export const replayCommand: Subcommand = {
  name: "replay",
  summary: "a recorded run once more, and where it goes another way",
  usage: `npm run sim -- replay FILE

Runs again what record=FILE wrote down: scenario, parameters, and every decision about delays and faults.
The file may be edited: a decision is a fraction from 0 to below 1, or its numerator over 2^32.

Code may have changed since: a decision that is missing comes from the seed, one that nobody asks for is
left out, and the report says which was the first, and which event was the first to differ.

Exit status as of a run: 0 all held, 1 a safety check failed, 3 stuck, 4 the harness failed, 5 undecided.
`,
  run: async (argv, around) => replay(argv, around),
};

function replay(argv: readonly string[], around: Surroundings): number {
  const [path, ...more] = argv;
  if (path === undefined || more.length > 0 || path.includes("=")) {
    throw new UsageError(`replay expects one file: replay FILE; got "${argv.join(" ")}"`);
  }
  const recording = readRecording(path);
  const { scenario, seed, decisions: recorded } = recording;
  const startedMs = around.clockMs();
  const { run, decisions } = around.simulate(scenario, {}, seed, { full: false, recorded });
  const wallMs = around.clockMs() - startedMs;
  const watch = watchRecording(recording, run, path);
  around.print(terminalReport(run, around.style, { wallMs, folder: "", watch }));
  around.print(`\n${divergenceText(recording, run, decisions)}`);
  return exitCodes[verdictOf(run)];
}

/** Where the run left the recording, in words. */
function divergenceText(recording: Recording, run: Run, decisions: DecisionReport): string {
  if (run.digest === recording.digest && run.events === recording.events) {
    return `Equal to the recording: ${run.events} events, digest ${run.digest}\n`;
  }
  const lines = ["Not the run that was recorded."];
  const code = codeVersion();
  if (code !== recording.code) lines.push(`  code: ${recording.code} then, ${code} now`);
  if (run.signature !== recording.signature) {
    lines.push(
      `  then: ${recording.signature || "all held"}`,
      `  now:  ${run.signature || "all held"}`,
    );
  }
  lines.push(`  ${firstDifferentEvent(recording.checkpoints, run)}`);
  const { firstMissing, unused } = decisions;
  if (firstMissing !== undefined) {
    const { stream, entity, ordinal, atUs } = firstMissing;
    lines.push(
      `  the first decision that was not recorded: number ${ordinal} of ${stream}/${entity}, at ${momentText(atUs)}; from there on the seed decides`,
    );
  }
  const left = [...unused].map(([name, count]) => `${name} (${count})`);
  if (left.length > 0) {
    const rest = left.length > 5 ? `, and ${left.length - 5} more sources` : "";
    lines.push(`  recorded decisions that nobody asked for: ${left.slice(0, 5).join(", ")}${rest}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Checkpoints say the stretch, the trace what happened in it. */
function firstDifferentEvent(then: readonly DigestCheckpoint[], run: Run): string {
  let agreed: DigestCheckpoint | undefined;
  for (const [index, checkpoint] of run.checkpoints.entries()) {
    if (then[index]?.digest !== checkpoint.digest) break;
    agreed = checkpoint;
  }
  const sinceUs = agreed?.timeUs ?? 0;
  const next = run.checkpoints.find((checkpoint) => checkpoint.timeUs > sinceUs);
  const untilUs = next?.timeUs ?? run.simulatedUs;
  const events = run.trace.filter((event) => event.timeUs >= sinceUs && event.timeUs <= untilUs);
  const shown = events
    .slice(0, 3)
    .map(
      (event) =>
        `${momentText(event.timeUs)} ${`${event.node} ${event.kind} ${event.text}`.trim()}`,
    );
  const there = shown.length === 0 ? "" : `; there this run has ${shown.join("; ")}`;
  return `equal for ${agreed?.events ?? 0} events, until ${momentText(sinceUs)}; the first that differs comes before ${momentText(untilUs)}${there}`;
}
