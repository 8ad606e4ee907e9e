/** Commands beside running a scenario: each a file, and a line here. */
import { causeCommand } from "./causeCommand.ts";
import type { Surroundings } from "./commands.ts";
import { determinismCommand } from "./determinismCommand.ts";
import { checkCommand } from "./histories/checkCommand.ts";
import { historyCommand } from "./histories/historyCommand.ts";
import { exportCommand } from "./exportCommand.ts";
import { fleetCommand } from "./fleetCommand.ts";
import { coverageCommand } from "./coverageCommand.ts";
import { mergeCommand } from "./mergeCommand.ts";
import { replayCommand } from "./replayCommand.ts";
import { shrinkCommand } from "./shrinkCommand.ts";
import { swarmCommand } from "./swarmCommand.ts";
import { viewCommand } from "./viewCommand.ts";

export interface Subcommand {
  /** The first word on the command line. */
  readonly name: string;
  /** One line for the general help. */
  readonly summary: string;
  /** What `help NAME` and `NAME --help` print; ends with a line break. */
  readonly usage: string;
  /**
   * `argv`: the words behind the name. Returns the exit status, as reports/verdict.ts has them. Throws UsageError, whose message
   * says what was expected.
   */
  readonly run: (argv: readonly string[], around: Surroundings) => Promise<number>;
}

export const subcommands: readonly Subcommand[] = [
  swarmCommand,
  mergeCommand,
  fleetCommand,
  coverageCommand,
  determinismCommand,
  replayCommand,
  viewCommand,
  exportCommand,
  shrinkCommand,
  causeCommand,
  checkCommand,
  historyCommand,
];
