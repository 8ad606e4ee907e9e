/**
 * Client programs on a cluster of three processes that asks for certificates: each finds all nodes from one address by names that the
 * certificates stand for, and goes on by TLS when the process of the primary is killed.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PYTHON } from "./libraries/redisPy.ts";
import { pause, ZoneProcesses } from "./zoneProcesses.ts";

const PORT = 27_500;
const TLS_PORT = 27_520;
const KEYS = Array.from({ length: 20 }, (_, index) => `key${index}`);
const main = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));
const around = mkdtempSync(join(tmpdir(), "azimuth-tls-zones-"));
const dir = join(around, "tls");
const ca = join(dir, "ca.crt");
const cert = join(dir, "client.crt");
const key = join(dir, "client.key");
let cluster: ZoneProcesses;

beforeAll(async () => {
  const made = spawnSync(process.execPath, [main, "certificates", `dir=${dir}`]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  cluster = await ZoneProcesses.start({
    port: PORT,
    tlsPort: TLS_PORT,
    shards: 1,
    options: [
      `tls-cert-file=${join(dir, "server.crt")}`,
      `tls-key-file=${join(dir, "server.key")}`,
      `tls-ca-cert-file=${ca}`,
      "tls-auth-clients=yes",
      "tls-cluster=yes",
      "lease-ms=3000",
      "cluster-announce-hostname=localhost",
      "cluster-preferred-endpoint-type=hostname",
    ],
  });
  await cluster.primaryOf(0);
});

afterAll(async () => {
  await cluster.stop();
  rmSync(around, { recursive: true, force: true });
});

function redisCli(own: readonly string[], ...words: readonly string[]): string {
  const argv = ["-c", "-h", "localhost", "-p", String(TLS_PORT + 1), "--tls", "--cacert", ca];
  const done = spawnSync("redis-cli", [...argv, ...own, ...words], { encoding: "utf8" });
  return done.stdout + done.stderr;
}

function nodeRedis(own: object) {
  const tls = { tls: true as const, ca: readFileSync(ca), ...own };
  const db = createCluster({
    // It keeps connections to primaries alone: the one address that it was told may be the one that is killed.
    rootNodes: [0, 1, 2].map((at) => ({ url: `rediss://localhost:${TLS_PORT + at}` })),
    defaults: { socket: tls },
  });
  db.on("error", () => {});
  return db;
}

/** Says "ready" when it has written, and "went on" when it has written and read after a line has come in. */
const python = `
import sys, time
from redis.cluster import ClusterNode, RedisCluster
keys = sys.argv[2:]
def open_cluster(**own):
    # Each of them may be the one that is killed.
    nodes = [ClusterNode("localhost", ${TLS_PORT} + at) for at in range(3)]
    return RedisCluster(startup_nodes=nodes, ssl=True, ssl_ca_certs="${ca}", decode_responses=True, **own)
if sys.argv[1] == "bare":
    open_cluster().get("key0")
def with_certificate():
    return open_cluster(ssl_certfile="${cert}", ssl_keyfile="${key}")
db = with_certificate()
def until_served(ask):
    global db
    until = time.monotonic() + 120
    while True:
        try:
            return ask()
        except Exception as error:
            if time.monotonic() > until: raise
            # redis-py 4.3 cannot ask for the nodes anew by TLS ("cannot pickle '_thread.lock' object"): a new client can.
            print(type(error).__name__, error, file=sys.stderr)
            time.sleep(0.2)
            try:
                db = with_certificate()
            except Exception as error:
                print(type(error).__name__, error, file=sys.stderr)
for key in keys: until_served(lambda: db.set(key, "python"))
print("ready", *sorted({node.host for node in db.get_nodes()}), len(db.get_nodes()), flush=True)
sys.stdin.readline()
until_served(lambda: db.set("after", "python"))
for key in keys:
    if until_served(lambda: db.get(key)) != "python": sys.exit("lost " + key)
print("went on", flush=True)
`;

/** Where leases end for want of a turn the node says so. */
async function writes(db: ReturnType<typeof nodeRedis>, one: string): Promise<void> {
  const write = (): Promise<string> =>
    db.set(one, "node").then(String, (error: unknown) => String(error));
  await expect.poll(write, { timeout: 120_000 }).toBe("OK");
}

const own = ["--cert", cert, "--key", key];

describe("a client without a certificate", () => {
  it("is not let in, whatever program it is", async () => {
    expect(redisCli([], "get", "key0")).toMatch(/certificate required|SSL|reset|closed/i);
    await expect(nodeRedis({}).connect()).rejects.toThrow("All the root nodes are unavailable");
    const bare = spawnSync(PYTHON, ["-c", python, "bare"], { encoding: "utf8", timeout: 60_000 });
    expect(bare.stderr).toMatch(/CERTIFICATE_REQUIRED|certificate required|cannot be connected/i);
  });
});

describe("clients with certificates", () => {
  it("find all nodes by name, and go on when the process of the primary is killed", async () => {
    const db = await nodeRedis({ cert: readFileSync(cert), key: readFileSync(key) }).connect();
    for (const one of KEYS) await writes(db, one);
    const { zone: first } = await cluster.primaryOf(0);
    const addresses = db.masters.map(({ address }) => address);
    expect(addresses).toEqual([`localhost:${TLS_PORT + "abc".indexOf(first)}`]);
    const cliWrites = (): string => redisCli(own, "set", "cli", "1");
    await expect.poll(cliWrites, { timeout: 120_000 }).toMatch(/OK\n$/);

    const py = spawn(PYTHON, ["-c", python, "own", ...KEYS.map((one) => `py:${one}`)]);
    const told: string[] = [];
    let complaints = "";
    py.stdout.setEncoding("utf8").on("data", (text: string) => told.push(text));
    py.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
    const ended = once(py, "exit");
    const isReady = (): boolean => told.join("").includes("ready") || py.exitCode !== null;
    while (!isReady()) await pause(20);
    // redis-py makes an address of this one name by itself.
    expect([told.join(""), complaints]).toEqual(["ready 127.0.0.1 3\n", complaints]);

    const { zone } = await cluster.primaryOf(0);
    await cluster.killZone(zone);
    py.stdin.end("\n");
    await writes(db, "after");
    const read = (): Promise<unknown> =>
      Promise.all(KEYS.map((one) => db.get(one))).catch((error: unknown) => String(error));
    await expect.poll(read, { timeout: 120_000 }).toEqual(KEYS.map(() => "node"));
    await ended;
    expect([told.join(""), py.exitCode, complaints]).toEqual([
      "ready 127.0.0.1 3\nwent on\n",
      0,
      complaints,
    ]);
    db.destroy();
    await cluster.startZone(zone);
    await expect.poll(() => redisCli(own, "get", "cli"), { timeout: 60_000 }).toMatch(/1\n$/);
  });
});
