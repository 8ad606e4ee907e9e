/** Measures what was executed: how often, how long, and what was too long (INFO commandstats and latencystats, SLOWLOG, LATENCY). */
import type { CommandSpec } from "../spec.ts";
import { withoutSecrets } from "../secrets.ts";
import type { Session } from "../session.ts";
import type { CommandCount } from "../statistics.ts";
import type { HostFigures } from "../../contract.ts";
import type { Settings } from "../../settings/settings.ts";
import { LatencyHistogram } from "../../structures/latencyHistogram.ts";
import { LatencyEvents } from "./latencyEvents.ts";
import { SlowLog } from "./slowLog.ts";

/**
 * Work in one step after which the rest is left for another, with clocks read anew: small beside the lease, and what other clients and
 * the log are kept waiting.
 */
const longStepUs = 5000;

export interface MeteredCall {
  readonly spec: CommandSpec;
  readonly argv: readonly string[];
  readonly session: Session;
  readonly unixUs: number;
  readonly durationUs: number;
}

export class Meter {
  readonly figures: HostFigures;
  readonly slowLog: SlowLog = new SlowLog();
  readonly latency: LatencyEvents = new LatencyEvents();
  /** What commands have taken since somebody set this back. */
  workUs = 0;
  /** When the last command ended, if the next one follows at once; -1 if something lies between that is not its own. */
  private endedUs = -1;
  private slowerThanUs = 0;
  private mostSlow = 0;
  private thresholdMs = 0;
  private isTracking = true;

  constructor(settings: Settings, figures: HostFigures) {
    this.figures = figures;
    settings.follow("slowlog-log-slower-than", (text) => {
      this.slowerThanUs = Number(text);
    });
    settings.follow("slowlog-max-len", (text) => {
      this.mostSlow = Number(text);
    });
    settings.follow("latency-monitor-threshold", (text) => {
      this.thresholdMs = Number(text);
    });
    settings.follow("latency-tracking", (text) => {
      this.isTracking = text === "yes";
    });
  }

  /**
   * A request begins, by the reading of the clock that ended the one before it where nothing lies between them that takes long: who reads
   * the clock twice a request spends more on that than on many a command.
   */
  began(): number {
    return this.endedUs >= 0 ? this.endedUs : this.figures.stopwatchUs();
  }

  /** A command has ended. */
  ended(): number {
    this.endedUs = this.figures.stopwatchUs();
    return this.endedUs;
  }

  /** What was done since the last command ended counts for none: the next one begins by a reading of its own. */
  pause(): void {
    this.endedUs = -1;
  }

  /** This step has taken long. */
  get isLate(): boolean {
    return this.workUs > longStepUs;
  }

  /** Counts one execution that has ended with a reply. True if `called` has to look at it, which seldom it must. */
  count(count: CommandCount, durationUs: number): boolean {
    if (this.isTracking) {
      count.histogram ??= new LatencyHistogram();
      count.histogram.record(durationUs);
    }
    const isSlow = this.slowerThanUs >= 0 && durationUs >= this.slowerThanUs;
    return isSlow || this.thresholdMs > 0 || this.slowLog.length > this.mostSlow;
  }

  /** One execution that has ended with a reply: whether it was too long. */
  called(call: MeteredCall): void {
    const { spec, durationUs, unixUs } = call;
    if (this.thresholdMs > 0) {
      this.event(spec.flags.includes("fast") ? "fast-command" : "command", durationUs, unixUs);
    }
    if (this.slowerThanUs < 0 || spec.flags.includes("skip_slowlog")) return;
    if (durationUs < this.slowerThanUs) return this.slowLog.trim(this.mostSlow);
    this.slowLog.add(
      {
        unixSeconds: Math.floor(unixUs / 1e6),
        durationUs,
        argv: withoutSecrets(spec.name, call.argv),
        address: call.session.address,
        clientName: call.session.name,
      },
      this.mostSlow,
    );
  }

  /** Something beside a command took this long. */
  event(name: string, durationUs: number, unixUs: number): void {
    const latencyMs = Math.floor(durationUs / 1000);
    if (this.thresholdMs === 0 || latencyMs < this.thresholdMs) return;
    this.latency.add(name, latencyMs, Math.floor(unixUs / 1e6));
  }
}
