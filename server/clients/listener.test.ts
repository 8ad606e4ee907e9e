import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import type { Input } from "../../engine/contract.ts";
import type { HostedMachine } from "../host/machine.ts";
import { freePorts } from "../testClient.ts";
import { Listener } from "./listener.ts";

/** Stands in for a machine: notes how many bytes each turn of the event loop brings, and from whom. */
class Recorder {
  clients: unknown = undefined;
  readonly turns: { bytes: number; from: Set<number> }[] = [];
  total = 0;
  private turn: { bytes: number; from: Set<number> } | undefined = undefined;

  deliver(): void {}

  gather({ bytes, clientId }: Input): void {
    if (this.turn === undefined) {
      this.turn = { bytes: 0, from: new Set() };
      this.turns.push(this.turn);
      setImmediate(() => (this.turn = undefined));
    }
    this.turn.bytes += bytes.length;
    this.turn.from.add(clientId);
    this.total += bytes.length;
  }
}

describe("a listener", () => {
  it("reads a bounded piece a turn of what one client floods it with, and others in between", async () => {
    const recorder = new Recorder();
    const listener = new Listener(recorder as unknown as HostedMachine, {
      parameters: () => new Map(),
      isClusterMode: false,
      onRefused: () => {},
      credentials: () => undefined,
      isPortMovable: true,
      onShut: () => {},
      nodesInProcess: 1,
    });
    const port = await freePorts(1);
    await listener.doors.listen({ port, tlsPort: 0 }, ["127.0.0.1"]);
    listener.open();
    const floodBytes = 4 << 20;
    const flood = connect(port, "127.0.0.1");
    const other = connect(port, "127.0.0.1");
    flood.write(Buffer.alloc(floodBytes, 120));
    const asking = setInterval(() => other.write("PING\r\n"), 1);
    while (recorder.total < floodBytes) await new Promise((resolve) => setTimeout(resolve, 5));
    clearInterval(asking);
    listener.close();
    flood.destroy();
    other.destroy();
    const mostBytes = Math.max(...recorder.turns.map(({ bytes }) => bytes));
    // The limit, and what was read when it was passed: one piece of each client.
    expect(mostBytes).toBeLessThan((128 << 10) + (64 << 10) + 1024);
    expect(recorder.turns.length).toBeGreaterThanOrEqual(floodBytes / (192 << 10));
    const clients = new Set(recorder.turns.flatMap(({ from }) => [...from]));
    expect(clients.size).toBe(2);
  });
});
