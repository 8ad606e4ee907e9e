/**
 * What all connections of a node hold in buffers, kept as a sum, for it is compared with maxmemory before every request: parts of
 * requests, commands that wait for EXEC, answers that the log or the client lets wait. A connection is weighed when something came from it
 * or was sent to it. What clients have taken meanwhile the host knows alone, so all are weighed anew ten times a second.
 *
 * What clients are told unasked and waits for the log is left out: eviction itself tells clients that track keys of each that goes, and would
 * go on for what it has said.
 */
import { bufferBytes } from "../commands/clientMemory.ts";
import type { HostFigures, Now } from "../contract.ts";
import type { Settings } from "../settings/settings.ts";
import type { Connection, Connections } from "./connections.ts";

const REST_US = 100_000;

export class ClientBuffers {
  totalBytes = 0;
  private readonly figures: HostFigures;
  /** Without maxmemory nobody asks. */
  private isCounting = false;
  private allDueUs = -Infinity;

  constructor(figures: HostFigures, settings: Settings) {
    this.figures = figures;
    settings.follow("maxmemory", (text) => {
      this.isCounting = text !== "0";
      this.allDueUs = -Infinity;
    });
  }

  weigh(connection: Connection): void {
    if (!this.isCounting) return;
    const waitingBytes = connection.parkedBytes - connection.parkedPushBytes;
    const bytes = bufferBytes(this.figures, connection.session, waitingBytes);
    this.totalBytes += bytes - connection.weighedBytes;
    connection.weighedBytes = bytes;
  }

  weighAll(connections: Connections, now: Now): void {
    if (now.monotonicUs < this.allDueUs) return;
    this.allDueUs = now.monotonicUs + REST_US;
    connections.forEach((connection) => this.weigh(connection));
  }

  /** The connection is gone. */
  forget(connection: Connection): void {
    this.totalBytes -= connection.weighedBytes;
    connection.weighedBytes = 0;
  }
}
