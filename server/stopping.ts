/** How the process ends: in good order, at once, or not after all. Exit codes are Redis's: 0, or 1 when it was told twice. */
import type { ShutdownOrder } from "../engine/contract.ts";
import type { Log } from "./log.ts";
import type { Server } from "./server.ts";

export type StopSignal = "SIGTERM" | "SIGINT";

/** What it needs of a server. */
export type StoppableServer = Pick<Server, "settings" | "retire" | "stay" | "close">;

export class Stopping {
  private readonly server: StoppableServer;
  private readonly log: Log;
  private readonly exit: (code: number) => void;
  /** Counts the stops that have begun or were taken back: who finds another number has been overtaken. */
  private turn = 0;
  private isUnderWay = false;

  constructor(server: StoppableServer, log: Log, exit: (code: number) => void) {
    this.server = server;
    this.log = log;
    this.exit = exit;
  }

  /** SHUTDOWN of a client. */
  order(order: ShutdownOrder): void {
    if (order === "abort") void this.abort();
    else void this.begin(order === "now");
  }

  /** The second one ends the process at once. */
  signal(name: StopSignal): void {
    if (this.isUnderWay) {
      this.log.warn("You insist... exiting now.");
      return this.exit(1);
    }
    this.log.warn(`Received ${name} scheduling shutdown...`);
    const words = this.server.settings.get(`shutdown-on-${name.toLowerCase()}`).split(" ");
    void this.begin(words.includes("now"));
  }

  private async begin(isNow: boolean): Promise<void> {
    if (this.isUnderWay && !isNow) return;
    this.isUnderWay = true;
    this.turn += 1;
    const { server, log, turn } = this;
    const patienceMs = server.settings.number("shutdown-timeout") * 1000;
    if (!isNow && patienceMs > 0) {
      log.notice("Answering what is owed and handing over before shutting down.");
      const isDone = await server.retire(patienceMs);
      if (this.turn !== turn) return;
      if (!isDone)
        log.warn("shutdown-timeout has passed, what is not done is left", { patienceMs });
    }
    server.close();
    log.warn("Azimuth is now ready to exit, bye bye...");
    this.exit(0);
  }

  private async abort(): Promise<void> {
    this.turn += 1;
    this.isUnderWay = false;
    this.log.notice("Shutdown manually aborted.");
    try {
      await this.server.stay();
    } catch (error) {
      this.log.warn("cannot open the ports again", { error: String(error) });
    }
  }
}
