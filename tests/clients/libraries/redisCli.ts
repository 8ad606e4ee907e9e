/** redis-cli -c, a process a request, as a script would use it. Where one node refuses the connection the next one is tried. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Endpoint, type Library, type LibraryKind, Refused } from "../library.ts";
import { pause } from "../zoneProcesses.ts";

export const redisCli: LibraryKind = { name: "redis-cli -c", open };

async function open(endpoints: readonly Endpoint[]): Promise<Library> {
  const cli = new RedisCli(endpoints.map(({ port }) => port));
  await cli.discover();
  const ask = async <T>(...argv: (string | number)[]): Promise<T> =>
    JSON.parse(await cli.run(argv.map(String))) as T;
  return {
    get: (key) => ask("GET", key),
    set: (key, value) => ask("SET", key, value),
    increment: (key) => ask("INCR", key),
    hashGet: (key, field) => ask("HGET", key, field),
    hashSet: (key, field, value) => ask("HSET", key, field, value),
    hashIncrement: (key, field) => ask("HINCRBY", key, field, 1),
    score: (key, member) => ask("ZSCORE", key, member),
    scoreSet: (key, member, score) => ask("ZADD", key, score, member),
    scoreIncrement: (key, member) => ask("ZINCRBY", key, 1, member),
    push: (key, value) => ask("RPUSH", key, value),
    list: (key) => ask("LRANGE", key, 0, -1),
    add: (key, value) => ask("XADD", key, "*", "token", value),
    entries: async (key) => {
      const found = await ask<[string, string[]][]>("XRANGE", key, "-", "+");
      return found.map(([, fields]) => fields[1] ?? "");
    },
    exchange: async (own, value, other) => {
      // The first request takes the connection to the node that MULTI has to reach.
      const lines = [`EXISTS ${own}`, "MULTI", `RPUSH ${own} ${value}`, `LRANGE ${other} 0 -1`];
      const printed = (await cli.run([], [...lines, "EXEC"])).split("\n");
      const told = printed.filter((line) => !line.startsWith("-> Redirected"));
      const isWhole = told.length === 5 && told[2] === '"QUEUED"' && told[3] === '"QUEUED"';
      // Where it was moved on the way a part of it ran alone.
      if (!isWhole) throw new Error(`EXEC was answered ${told.join(" ")}`);
      return (JSON.parse(told[4] ?? "") as [number, string[]])[1];
    },
    pop: async (key) => (await ask<[string, string] | null>("BLPOP", key, 1))?.[1] ?? null,
    publish: (channel, message) => ask("PUBLISH", channel, message),
    listen: (channel, heard) => cli.listen(channel, heard),
    close: async () => cli.end(),
  };
}

/** No line was sent: each was told that there is nobody. */
function isWithoutTrace(complaint: string, printed: string): boolean {
  const told = complaint.split("\n").filter((line) => line !== "");
  return printed === "" && told.every((line) => line.startsWith("Could not connect"));
}

class RedisCli {
  private ports: readonly number[];
  private isEnded = false;
  private subscription: { kill(): void } | undefined = undefined;

  constructor(ports: readonly number[]) {
    this.ports = ports;
  }

  /** All other nodes, from the one that is known. */
  async discover(): Promise<void> {
    const nodes = await this.run(["CLUSTER", "NODES"]);
    const found = [...nodes.matchAll(/:(\d+)@/g)].map(([, port]) => Number(port));
    this.ports = [...new Set([...this.ports, ...found])];
  }

  /** What it printed; `lines` are typed into it. */
  async run(argv: readonly string[], lines: readonly string[] = []): Promise<string> {
    for (let turn = 1; ; turn++) {
      const { printed, complaint } = await this.once(argv, lines);
      if (complaint === "" && printed !== "") return printed;
      // Given lines, it tries to connect for each: some may have run.
      if (
        complaint.startsWith("Could not connect") &&
        (lines.length === 0 || isWithoutTrace(complaint, printed))
      ) {
        this.ports = [...this.ports.slice(1), ...this.ports.slice(0, 1)];
        if (turn < this.ports.length) continue;
        throw new Refused(complaint);
      }
      if (/^[A-Z]{2,} /.test(complaint)) throw new Refused(complaint);
      throw new Error(complaint === "" ? "no answer" : complaint);
    }
  }

  async listen(channel: string, heard: (message: string) => void): Promise<void> {
    const heardOf = { isReady: false };
    const subscribe = (): void => {
      if (this.isEnded) return;
      const argv = ["-p", String(this.ports[0]), "--json", "SUBSCRIBE", channel];
      const child = spawn("redis-cli", argv, { stdio: ["ignore", "pipe", "ignore"] });
      this.subscription = child;
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith('["subscribe"')) heardOf.isReady = true;
        if (line.startsWith('["message"')) heard((JSON.parse(line) as string[])[2] ?? "");
        // It would try the same node for ever.
        if (!line.startsWith("[")) child.kill("SIGKILL");
      });
      child.once("close", () => {
        this.ports = [...this.ports.slice(1), ...this.ports.slice(0, 1)];
        setTimeout(subscribe, 100);
      });
    };
    subscribe();
    while (!heardOf.isReady) await pause(20);
  }

  end(): void {
    this.isEnded = true;
    this.subscription?.kill();
  }

  private once(
    argv: readonly string[],
    lines: readonly string[],
  ): Promise<{ readonly printed: string; readonly complaint: string }> {
    const options = ["-c", "-e", "--json", "-p", String(this.ports[0])];
    const child = spawn("redis-cli", [...options, ...argv], { stdio: "pipe" });
    let printed = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (printed += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (complaint += text));
    child.stdin.on("error", () => {});
    child.stdin.end(lines.map((line) => `${line}\n`).join(""));
    return new Promise((resolve) =>
      child.once("close", () => resolve({ printed: printed.trim(), complaint: complaint.trim() })),
    );
  }
}
