/**
 * `npm run fuzz:redis`: random requests to a real redis-server and to the engine, until so many were sent or something differs.
 *
 *     options → campaign (fast-check) → sequences (grammar, requests/) → lab (both servers) → meant differences, or a failure
 */
import { runCampaign, startServers, stopServers, type CampaignOutcome } from "./campaign.ts";
import { FuzzError, parseOptions, usage } from "./options.ts";
import { commandLine, endedText, failureText, onceText } from "./print.ts";

const PROGRESS_MS = 500;
const PROGRESS_LOG_MS = 20_000;
/** Sequences that run at once, each on a pair of servers of its own: most of their time they wait for an answer. */
const PAIRS = 8;
/** Exit codes. */
const DIFFERS = 1;
const NOT_CLEAN = 3;

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  if (words.includes("--help")) {
    print(usage);
    return 0;
  }
  const campaign = parseOptions(words);
  const servers = await startServers(PAIRS);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stopServers(servers);
      process.exit(130);
    });
  }
  try {
    const started = Date.now();
    const outcome = await runCampaign(servers, campaign, {
      progress: progress(campaign.commands, started),
      differedOnce: (failure) => {
        process.stderr.write(`\n${onceText(failure, campaign.subject)}\n`);
      },
      serverEnded: (how, steps) => {
        process.stderr.write(`\n${endedText(how, steps)}\n`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
    print(summary(outcome, campaign.seed, Date.now() - started));
    if (outcome.failure !== undefined) {
      print(failureText(outcome.failure, campaign.subject));
      return DIFFERS;
    }
    return outcome.differedOnce.length + outcome.ends === 0 ? 0 : NOT_CLEAN;
  } finally {
    stopServers(servers);
  }
}

/** A line that renews itself on a terminal, or a line now and then in a log. */
function progress(wanted: number, started: number): (commands: number) => void {
  const { isTTY } = process.stderr;
  const pauseMs = isTTY ? PROGRESS_MS : PROGRESS_LOG_MS;
  let shown = started;
  return (commands) => {
    const now = Date.now();
    if (now - shown < pauseMs) return;
    shown = now;
    const perSecond = Math.round((commands * 1000) / (now - started));
    const text = `${commands} of ${wanted} commands, ${perSecond} a second`;
    process.stderr.write(isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  };
}

function summary(outcome: CampaignOutcome, seed: number, elapsedMs: number): string {
  const met = [...outcome.met]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `  ${name}: in ${count} sequences`);
  const seconds = Math.round(elapsedMs / 1000);
  const once = outcome.differedOnce.map(
    ({ seed: one, path, difference }) =>
      `  seed=${one} path=${path}: step ${difference.step}, ${commandLine(difference.argv)}`,
  );
  if (once.length > 0) once.unshift(`differed once and not when repeated: ${once.length}`);
  return [
    `${outcome.commands} commands in ${outcome.sequences} sequences from seed ${seed}, ${seconds} s; meant differences met:`,
    ...met,
    `${outcome.begunAnew} sequences were begun anew, since a server was slower than a deadline`,
    ...(outcome.ends > 0 ? [`redis-server itself has ended: ${outcome.ends} times`] : []),
    ...once,
  ].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof FuzzError)) throw error;
  process.stderr.write(`fuzz:redis: ${error.message}\n`);
  process.exitCode = 2;
}
