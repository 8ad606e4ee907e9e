#!/usr/bin/env node
/** The command line: `npm run sim -- …`. Joins the commands to the process; everything else is in the files beside it. */
import { styleText } from "node:util";
import { scenarios } from "../../scenarios/registry.ts";
import { plainStyle, type Style, type TextStyle } from "../../reports/terminal.ts";
import { openBrowser } from "./browser.ts";
import { runCampaign } from "./campaign.ts";
import { runCommandLine } from "./commands.ts";
import { readPageParts } from "./outputFiles.ts";
import { simulate } from "./realSimulation.ts";

const formats: Readonly<Record<TextStyle, Parameters<typeof styleText>[0]>> = {
  good: "green",
  bad: "red",
  warning: "yellow",
  strong: "bold",
  dim: "dim",
};

const wantsColour = process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
const style: Style = wantsColour ? (text, kind) => styleText(formats[kind], text) : plainStyle;

// A reader such as `head` may go away early; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 0);
});

/** Logs of continuous integration get a line so often: proof that it lives, and how far it is. */
const PLAIN_PROGRESS_MS = 60_000;
let nextPlainMs = PLAIN_PROGRESS_MS;

function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\u001b[K${text}`);
  } else if (text !== "" && performance.now() >= nextPlainMs) {
    nextPlainMs = performance.now() + PLAIN_PROGRESS_MS;
    process.stderr.write(`${text}\n`);
  }
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  scenarios,
  simulate,
  campaign: runCampaign,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  progress: showProgress,
  style,
  pageParts: readPageParts,
  clockMs: () => performance.now(),
  interrupted: () =>
    new Promise((resolve) => {
      process.once("SIGINT", () => resolve());
      process.once("SIGTERM", () => resolve());
    }),
  browse: (address) => process.stdout.isTTY && openBrowser(address),
});
