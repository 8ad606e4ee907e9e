/** The machine's host on a real event loop. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, it } from "vitest";
import { type InputKind, peerMessage } from "../../engine/contract.ts";
import { HostedMachine, type Program, type Surroundings } from "./machine.ts";
import { Turn } from "./turn.ts";

it("a process that was held up hears what has come meanwhile before its alarms ring", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const writer = connect(port, "127.0.0.1");
  const [[reader]] = (await Promise.all([once(server, "connection"), once(writer, "connect")])) as [
    [Socket],
    unknown,
  ];
  const turn = new Turn();
  // Nothing else is asked of them here.
  const machine = new HostedMachine("db-0-a", { turn } as Partial<Surroundings> as Surroundings);
  const heard: InputKind[] = [];
  // As frames of other processes come (peers.ts, messages.ts).
  reader.on("data", (bytes: Buffer) => {
    turn.add(() => machine.deliver(peerMessage("log-b", bytes)));
  });
  writer.write("frame");
  // The machine is not there yet, but its socket is read from now on.
  await once(reader, "data");
  await new Promise((resolve) => setImmediate(resolve));
  const woken = new Promise<void>((resolve) => {
    const step: Program["step"] = (now, inputs, effects) => {
      for (const { kind } of inputs) {
        heard.push(kind);
        if (kind === "start") effects.wakeAt(now.monotonicUs + 1000);
        if (kind === "wake") resolve();
      }
    };
    machine.start({ isAtRest: () => true, step }, undefined);
  });
  writer.write("frame");
  const heldUpFromMs = performance.now();
  while (performance.now() - heldUpFromMs < 100);
  await woken;
  expect(heard).toEqual(["start", "peerMessage", "wake"]);
  machine.stop();
  writer.destroy();
  server.close();
});
