import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Settings } from "../engine/settings/settings.ts";
import { Log } from "./log.ts";
import { readSettings } from "./options/settings.ts";
import { Server } from "./server.ts";
import { Stopping } from "./stopping.ts";
import { freePorts, TestClient } from "./testClient.ts";

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

/** A server whose answers are given by hand. */
class Scripted {
  readonly settings: Settings = new Settings();
  readonly done: string[] = [];
  rested: (isDone: boolean) => void = () => {};

  retire(patienceMs: number): Promise<boolean> {
    this.done.push(`retire ${patienceMs}`);
    return new Promise((resolve) => {
      this.rested = resolve;
    });
  }

  async stay(): Promise<void> {
    this.done.push("stay");
  }

  close(): void {
    this.done.push("close");
  }
}

function scripted(): { server: Scripted; stopping: Stopping } {
  const server = new Scripted();
  const log = new Log("warning", () => {});
  const stopping = new Stopping(server, log, (code) => server.done.push(`exit ${code}`));
  return { server, stopping };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the end of the process", () => {
  it("waits for what is owed, then comes with code 0", async () => {
    const { server, stopping } = scripted();
    stopping.signal("SIGTERM");
    expect(server.done).toEqual(["retire 10000"]);
    server.rested(true);
    await turn();
    expect(server.done).toEqual(["retire 10000", "close", "exit 0"]);
  });

  it("comes at once with NOW, by the parameters of signals, and without patience", async () => {
    const now = scripted();
    now.stopping.order("now");
    expect(now.server.done).toEqual(["close", "exit 0"]);
    const bySignal = scripted();
    bySignal.server.settings.load(new Map([["shutdown-on-sigint", ["now", "nosave"]]]));
    bySignal.stopping.signal("SIGINT");
    expect(bySignal.server.done).toEqual(["close", "exit 0"]);
    const impatient = scripted();
    impatient.server.settings.load(new Map([["shutdown-timeout", ["0"]]]));
    impatient.stopping.order("in good order");
    expect(impatient.server.done).toEqual(["close", "exit 0"]);
  });

  it("comes at once when it is told twice: by a signal with code 1, by NOW with code 0", () => {
    const signals = scripted();
    signals.stopping.signal("SIGTERM");
    signals.stopping.signal("SIGINT");
    expect(signals.server.done.at(-1)).toBe("exit 1");
    const orders = scripted();
    orders.stopping.order("in good order");
    orders.stopping.order("in good order");
    expect(orders.server.done).toEqual(["retire 10000"]);
    orders.stopping.order("now");
    expect(orders.server.done).toEqual(["retire 10000", "close", "exit 0"]);
  });

  it("does not come when it is taken back, and may be asked for again", async () => {
    const { server, stopping } = scripted();
    stopping.signal("SIGTERM");
    const { rested } = server;
    stopping.order("abort");
    rested(true);
    await turn();
    expect(server.done).toEqual(["retire 10000", "stay"]);
    stopping.signal("SIGTERM");
    server.rested(false);
    await turn();
    expect(server.done.slice(2)).toEqual(["retire 10000", "close", "exit 0"]);
  });
});

async function serve(dir: string, port: number, ...options: string[]): Promise<Server> {
  const settings = readSettings([`dir=${dir}`, `port=${port}`, ...options], () => "");
  const server = await Server.start(settings, new Log("warning", () => {}));
  ends.push(() => server.close());
  await server.ready();
  return server;
}

describe("a server that retires", () => {
  it.each([
    ["of one node", "profile=standalone"],
    ["of three zones", "cluster-enabled=yes"],
  ])(
    "%s answers what it owes, and leads again without a backoff when it is started anew",
    async (_name, shape) => {
      const dir = mkdtempSync(join(tmpdir(), "azimuth-stopping-"));
      ends.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
      const port = await freePorts(3);
      const first = await serve(dir, port, shape);
      const clients = await Promise.all([0, 1, 2].map(() => TestClient.open(port)));
      const isPrimary = (await clients[0]?.ask("SET", "key", "value")) === "+OK\r\n";
      for (const client of clients) {
        client.send("PING\r\nSET key value\r\n");
        expect(await client.reply()).toBe("+PONG\r\n");
      }
      expect(await first.retire(60_000)).toBe(true);
      const answer = isPrimary ? /^\+OK/ : /^-MOVED/;
      for (const client of clients) expect(await client.reply()).toMatch(answer);
      await expect(TestClient.open(port)).rejects.toThrow("ECONNREFUSED");
      first.close();
      // Without the release at the end of the log this lease would have to be waited for.
      const startedMs = performance.now();
      const second = await serve(dir, port, shape, "lease-ms=60000");
      expect(second.ports.port).toBe(port);
      expect(performance.now() - startedMs).toBeLessThan(60_000);
    },
  );

  it("does not begin to while DEBUG PAUSE-CRON holds it: it serves who is connected", async () => {
    const port = await freePorts(1);
    const options = ["profile=standalone", "log=memory", "--enable-debug-command", "yes"];
    const server = await serve("unused", port, ...options);
    const client = await TestClient.open(port);
    ends.push(() => client.close());
    expect(await client.ask("DEBUG", "PAUSE-CRON", "1")).toBe("+OK\r\n");
    expect(await server.retire(200)).toBe(false);
    expect(await client.ask("SET", "key", "value")).toBe("+OK\r\n");
    expect(await client.ask("DEBUG", "PAUSE-CRON", "0")).toBe("+OK\r\n");
    expect(await server.retire(60_000)).toBe(true);
  });

  it("stays when that is taken back: ports are open, and it serves", async () => {
    const port = await freePorts(1);
    const server = await serve("unused", port, "profile=standalone", "log=memory");
    await server.retire(60_000);
    await server.stay();
    await server.ready();
    const client = await TestClient.open(port);
    ends.push(() => client.close());
    expect(await client.ask("SET", "key", "value")).toBe("+OK\r\n");
  });
});
