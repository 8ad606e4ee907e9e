/** Zones in processes of their own; here each is a server of this process, and all that they share is sockets. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Log } from "./log.ts";
import { readSettings } from "./options/settings.ts";
import { Server } from "./server.ts";
import { freePorts, TestClient } from "./testClient.ts";

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

class Lab {
  readonly dir: string = mkdtempSync(join(tmpdir(), "azimuth-zones-"));
  readonly told: string[] = [];
  readonly expelled: string[] = [];
  readonly port: number;
  readonly leaseMs: number;
  private readonly servers: Map<string, Server> = new Map();
  private readonly log = new Log("notice", (line) => this.told.push(line));

  constructor(port: number, leaseMs: number) {
    this.port = port;
    this.leaseMs = leaseMs;
    ends.push(() => rmSync(this.dir, { recursive: true, force: true, maxRetries: 10 }));
  }

  /** A lease of a second ends on a busy computer: who asks goes on until somebody leads. */
  static async open(leaseMs: number = 1000): Promise<Lab> {
    return new Lab(await freePorts(12), leaseMs);
  }

  /** Three ports for clients, from `port` on, and three for peers behind them. */
  async start(zone: string): Promise<void> {
    const server = await this.launch(zone);
    await server.ready();
  }

  async launch(zone: string, ...options: string[]): Promise<Server> {
    const index = "abc".indexOf(zone);
    const port = this.port + index;
    const peers = ["a", "b", "c"].map(
      (_zone, at) => `127.0.0.1:${this.port}@${this.port + 6 + at}`,
    );
    const given = [`lease-ms=${this.leaseMs}`, `dir=${this.dir}`, `zone=${zone}`, `port=${port}`];
    given.push(`cluster-port=${port + 6}`, `join=${peers.join(",")}`, ...options);
    const settings = readSettings(given, () => "");
    const onExpelled = (why: string): void => void this.expelled.push(why);
    const server = await Server.start(settings, this.log, { onExpelled });
    this.servers.set(zone, server);
    ends.push(() => server.close());
    return server;
  }

  async retire(zone: string): Promise<boolean> {
    return (await this.servers.get(zone)?.retire(60_000)) ?? false;
  }

  stop(zone: string): void {
    this.servers.get(zone)?.close();
  }

  /** Asks the zones in turn until one answers so. */
  async ask(...argv: string[]): Promise<string> {
    const untilMs = performance.now() + 60_000;
    let answer = "";
    for (let turn = 0; performance.now() < untilMs; turn++) {
      answer = await this.askZone(turn % 3, argv);
      if (/^[+$:*]/.test(answer)) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return answer;
  }

  /** The answer of one zone, or why there is none. */
  async askZone(index: number, argv: readonly string[]): Promise<string> {
    try {
      const client = await TestClient.open(this.port + index);
      const answer = await client.ask(...argv);
      client.close();
      return answer;
    } catch (error) {
      return String(error);
    }
  }
}

describe("zones in processes of their own", () => {
  it("find each other, make a cluster, and go on without one that ends until it is back", async () => {
    const lab = await Lab.open();
    await Promise.all([lab.start("a"), lab.start("b"), lab.start("c")]);
    expect(lab.told.filter((line) => line.includes("a new cluster is made"))).toHaveLength(3);
    expect(await lab.ask("SET", "one", "1")).toBe("+OK\r\n");
    for (const zone of ["a", "b", "c"]) {
      lab.stop(zone);
      expect(await lab.ask("SET", zone, "written without it")).toBe("+OK\r\n");
      await lab.start(zone);
    }
    expect(await lab.ask("GET", "one")).toBe("$1\r\n1\r\n");
    expect(await lab.ask("GET", "c")).toBe("$18\r\nwritten without it\r\n");
  });

  it("hand leadership over when one retires: the others serve while it is still there", async () => {
    const lab = await Lab.open(3000);
    const releases = (): number =>
      lab.told.filter((line) => line.includes("has given up the leadership")).length;
    await Promise.all([lab.start("a"), lab.start("b"), lab.start("c")]);
    for (const zone of ["a", "b", "c"]) {
      expect(await lab.ask("SET", "key", zone)).toBe("+OK\r\n");
      expect(await lab.retire(zone)).toBe(true);
      expect(await lab.ask("SET", "key", `without ${zone}`)).toBe("+OK\r\n");
      lab.stop(zone);
      await lab.start(zone);
    }
    // Whichever led first has had its turn.
    expect(releases()).toBeGreaterThan(0);
    expect(await lab.ask("GET", "key")).toBe("$9\r\nwithout c\r\n");
  });

  it("stop serving when two of three are gone, and serve again with everything", async () => {
    const lab = await Lab.open();
    await Promise.all([lab.start("a"), lab.start("b"), lab.start("c")]);
    expect(await lab.ask("SET", "key", "value")).toBe("+OK\r\n");
    lab.stop("a");
    lab.stop("b");
    const refused = /^-(CLUSTERDOWN|MOVED)/;
    // Until its lease ends a primary goes on.
    await expect.poll(() => lab.askZone(2, ["GET", "key"])).toMatch(refused);
    expect(await lab.askZone(2, ["SET", "key", "other"])).toMatch(refused);
    await Promise.all([lab.start("a"), lab.start("b")]);
    expect(await lab.ask("GET", "key")).toBe("$5\r\nvalue\r\n");
  });

  it("take a lost zone back on a blank disk; its old folder is refused from then on", async () => {
    const lab = await Lab.open();
    await Promise.all([lab.start("a"), lab.start("b"), lab.start("c")]);
    expect(await lab.ask("SET", "key", "value")).toBe("+OK\r\n");
    lab.stop("c");
    const old = `${lab.dir}-old`;
    ends.push(() => rmSync(old, { recursive: true, force: true, maxRetries: 10 }));
    cpSync(lab.dir, old, { recursive: true });
    rmSync(join(lab.dir, "zone-c"), { recursive: true, maxRetries: 10 });
    await lab.start("c");
    expect(lab.told.some((line) => line.includes("takes the place of one that was lost"))).toBe(
      true,
    );
    const isCopied = (): boolean =>
      lab.told.some((line) => line.includes("log-c has a complete copy of the log"));
    await expect.poll(isCopied).toBe(true);
    lab.stop("a");
    expect(await lab.ask("SET", "key", "from b and the new c")).toBe("+OK\r\n");
    await lab.start("a");
    lab.stop("c");
    await lab.launch("c", `dir=${old}`);
    await expect
      .poll(() => lab.expelled[0])
      .toBe("zone c has been replaced, and this folder of it is out of date: remove it");
    lab.stop("c");
    expect(await lab.ask("GET", "key")).toBe("$20\r\nfrom b and the new c\r\n");
  });

  it("do not mix with a zone of another cluster", async () => {
    const lab = await Lab.open();
    await Promise.all([lab.start("a"), lab.start("b"), lab.start("c")]);
    lab.stop("c");
    const other = mkdtempSync(join(tmpdir(), "azimuth-zones-"));
    ends.push(() => rmSync(other, { recursive: true, force: true, maxRetries: 10 }));
    const whole = readSettings([`dir=${other}`, `port=${lab.port + 9}`], () => "");
    (await Server.start(whole, new Log("warning", () => {}))).close();
    await lab.launch("c", `dir=${other}`);
    const why = /zone [abc] belongs to cluster [0-9a-f]{40}, zone [abc] to cluster [0-9a-f]{40}/;
    await expect.poll(() => lab.expelled[0]).toMatch(why);
    lab.stop("c");
    expect(await lab.ask("SET", "key", "value")).toBe("+OK\r\n");
  });

  it("end with a sentence where the cluster has another shape than was asked for", async () => {
    const lab = await Lab.open();
    await Promise.all([lab.start("a"), lab.start("b"), lab.start("c")]);
    lab.stop("c");
    rmSync(join(lab.dir, "zone-c"), { recursive: true, maxRetries: 10 });
    const why = /zone-c holds a cluster with shards=1, not 2: leave the option out/;
    await expect(lab.launch("c", "shards=2")).rejects.toThrow(why);
  });

  it("do not mind strangers on their port", async () => {
    const lab = await Lab.open();
    const starting = lab.start("a");
    await expect.poll(() => lab.told.length).toBeGreaterThan(0);
    for (const text of [
      "PING\r\n",
      "AZIMUTH PEER 1\n\xff\xff\xff\xff",
      "AZIMUTH PEER 1\n\x05\0\0\0\x02null",
    ]) {
      const socket = connect(lab.port + 6, "127.0.0.1");
      socket.on("error", () => {});
      socket.end(Buffer.from(text, "latin1"));
      await new Promise((resolve) => socket.on("close", resolve));
    }
    await Promise.all([starting, lab.start("b"), lab.start("c")]);
    expect(await lab.ask("SET", "key", "value")).toBe("+OK\r\n");
  });
});
