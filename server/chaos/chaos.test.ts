/**
 * Faults by HTTP on a cluster in one process: the interface against its own description, who may use it, and what each fault does.
 * Over 500 lines: all ask one cluster, whose start takes seconds.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FaultyFiles } from "../disk/faultyFiles.ts";
import { nodeFiles } from "../disk/nodeFiles.ts";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";
import { Admin } from "./admin.ts";
import { ChaosControl, type Status } from "./control.ts";
import { faultKindNames, faultKinds } from "./faultKinds.ts";
import { ZonesHere } from "./zones.ts";

const dir = mkdtempSync(join(tmpdir(), "azimuth-chaos-"));
let server: Server;
let control: ChaosControl;
let admin: Admin;
let port: number;

async function openAdmin(token: string): Promise<Admin> {
  const opened = new Admin({ control, version: "0", token, pageFolder: dir });
  await opened.listen(0);
  return opened;
}

beforeAll(async () => {
  for (const name of ["chaos.html", "chaos.js", "chaos.css"]) writeFileSync(join(dir, name), name);
  port = await freePorts(3);
  const log = new Log("warning", () => {});
  const options = [`port=${port}`, `dir=${join(dir, "data")}`, "lease-ms=2000"];
  const files = new FaultyFiles(nodeFiles, join(dir, "data"));
  server = await Server.start(
    readSettings(options, () => ""),
    log,
    { files },
  );
  control = new ChaosControl(new ZonesHere(server.host, files, log), () => {});
  admin = await openAdmin("");
  await server.ready();
});

// A test that fails leaves no fault to the next one.
afterEach(() => {
  control.healAll();
});

afterAll(() => {
  admin.close();
  server.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function ask(method: string, path: string, body?: unknown): Promise<Told> {
  const sent =
    body === undefined
      ? { method }
      : { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${admin.port}${path}`, sent);
  const told = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body: told, headers: response.headers };
}

const begin = (fault: unknown): Promise<Told> => ask("POST", "/faults", fault);

async function machine(name: string): Promise<Status["machines"][number]> {
  const found = (await control.status()).machines.find(({ node }) => node === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

async function primary(): Promise<Status["machines"][number]> {
  let found: Status["machines"][number] | undefined;
  await expect
    .poll(
      async () => {
        const { machines } = await control.status();
        found = machines.find(({ role }) => role === "primary");
        return found?.role;
      },
      { interval: 20 },
    )
    .toBe("primary");
  return found as Status["machines"][number];
}

/** A log node that repairs itself needs both others: whoever takes one away then takes away two. */
async function healed(): Promise<void> {
  control.healAll();
  const roles = async (): Promise<readonly string[]> =>
    (await control.status()).machines.map(({ role }) => role).toSorted();
  const whole = ["follower", "follower", "leader", "primary", "replica", "replica"];
  await expect.poll(roles).toEqual(whole);
}

interface Asked {
  /** "" until there is one; or why there will be none. */
  answer: string;
  readonly ended: Promise<void>;
}

function asking(client: TestClient, ...argv: readonly string[]): Asked {
  const keep = (answer: unknown): void => void (asked.answer = String(answer));
  const asked: Asked = { answer: "", ended: client.ask(...argv).then(keep, keep) };
  return asked;
}

/** What held the write up is over: it is acknowledged, unless its primary's lease ended meanwhile and the shard was led anew. */
async function expectAnswer(
  asked: Asked,
  before: { readonly node: string; readonly epoch: number },
): Promise<void> {
  await asked.ended;
  const { node, epoch } = await primary();
  const isSame = node === before.node && epoch === before.epoch;
  expect(asked.answer).toContain(isSame ? "+OK\r\n" : "closed");
}

describe("the interface", () => {
  interface Operation {
    readonly requestBody?: unknown;
    readonly responses: Record<string, { readonly content: Record<string, { schema: object }> }>;
  }
  interface Description {
    readonly openapi: string;
    readonly paths: Record<string, Record<string, Operation>>;
    readonly components: { readonly schemas: Record<string, object> };
  }
  let description: Description;
  let ajv: Ajv2020;

  beforeAll(async () => {
    description = (await ask("GET", "/openapi.json")).body as unknown as Description;
    ajv = new Ajv2020({ strict: true, strictTypes: false });
    ajv.addKeyword("components");
    ajv.addSchema({ $id: "api", components: description.components });
  });

  const validatorOf = (schema: string): ValidateFunction => {
    const found = ajv.getSchema(`api#/components/schemas/${schema}`);
    if (found === undefined) throw new Error(`no schema ${schema}`);
    return found;
  };

  it("tells that a primary is as far as its replicas, or further", async () => {
    const positions = async (): Promise<{ led: number; followed: number }> => {
      const databases = (await control.status()).machines.filter((one) => one.kind === "database");
      const of = (wanted: string) =>
        databases.filter(({ role }) => role === wanted).map(({ position }) => position);
      return { led: Math.max(...of("primary")), followed: Math.max(...of("replica")) };
    };
    await expect.poll(async () => (await positions()).followed).toBeGreaterThan(5);
    const { led, followed } = await positions();
    expect(led).toBeGreaterThanOrEqual(followed);
  });

  it("answers every request as it says, by a schema for each status", async () => {
    expect(description.openapi).toBe("3.1.0");
    const asked = new Set<string>();
    const check = async (method: string, path: string, at: string, body?: unknown) => {
      const told = await ask(method, at, body);
      const operation = description.paths[path]?.[method.toLowerCase()];
      const response = operation?.responses[told.status];
      const schema = response?.content["application/json"]?.schema as { $ref: string };
      const validate = validatorOf(schema.$ref.split("/").at(-1) ?? "");
      validate(told.body);
      expect([at, told.status, validate.errors]).toEqual([at, told.status, null]);
      asked.add(`${method} ${path} ${told.status}`);
      return told;
    };
    await check("GET", "/status", "/status");
    const fault = { kind: "slow-log", node: "log-c", factor: 2, forMs: 60_000 };
    expect(validatorOf("FaultOrder")(fault)).toBe(true);
    const { body } = await check("POST", "/faults", "/faults", fault);
    expect(body).toMatchObject({ kind: "slow-log", targets: ["log-c"], endsInMs: 60_000 });
    const { body: listed } = await check("GET", "/faults", "/faults");
    expect(listed["faults"]).toMatchObject([{ id: body["id"] }]);
    await check("GET", "/status", "/status");
    await check("DELETE", "/faults/{id}", `/faults/${body["id"] as number}`);
    await check("DELETE", "/faults/{id}", `/faults/${body["id"] as number}`);
    await check("POST", "/faults", "/faults", { kind: "kill" });
    await check("DELETE", "/faults", "/faults");
    const events = await check("GET", "/events/{id}", "/events/0");
    expect(events.body["events"]).toContainEqual(expect.objectContaining({ kind: "role.primary" }));
    const reloaded = await check("POST", "/users/reload", "/users/reload");
    expect(reloaded.body).toEqual({ errors: [] });
    const own = ["200", "201", "400", "404"];
    const described = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses)
          .filter((status) => own.includes(status))
          .map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
    expect([...asked].toSorted()).toEqual(described.toSorted());
  });

  it("takes what its schema takes and refuses, in words, what its schema refuses", async () => {
    const validate = validatorOf("FaultOrder");
    const wrong: readonly (readonly [unknown, string])[] = [
      [{}, "kind must be one of"],
      [[], "a fault is an object"],
      [{ kind: "kil" }, "kind must be one of kill"],
      [{ kind: "kill", zone: "d" }, "zone must be one of a, b, c"],
      [{ kind: "kill", zone: "a", colour: 1 }, 'no field "colour"'],
      [{ kind: "kill", zone: "a", __proto__: 1, constructor: 1 }, 'no field "constructor"'],
      [{ kind: "pause", zone: "a", forMs: 0 }, "forMs must be a whole number from 1"],
      [{ kind: "pause", zone: "a", forMs: "5" }, "forMs must be a whole number"],
      [{ kind: "cut", zone: "a", oneWay: 1 }, "oneWay must be true or false"],
      [{ kind: "slow-log", zone: "a", factor: 1.5 }, "factor must be a whole number"],
      [{ kind: "failover", zone: "a" }, 'no field "zone"'],
    ];
    for (const [fault, why] of wrong) {
      expect([fault, validate(fault)]).toEqual([fault, false]);
      const { status, body } = await begin(fault);
      expect([status, body["error"]]).toEqual([400, expect.stringContaining(why)]);
    }
    // What no schema can know.
    const impossible: readonly (readonly [unknown, string])[] = [
      [{ kind: "kill" }, "one of zone, node, role and group"],
      [{ kind: "kill", zone: "a", node: "db-0-a" }, "got zone and node"],
      [{ kind: "kill", node: "db-9-a" }, 'no machine "db-9-a" answers: there are db-0-a'],
      [{ kind: "kill", zone: "a", disk: "lost" }, "a process a zone"],
      [{ kind: "slow-log", node: "db-0-a" }, "for logs only"],
      [{ kind: "failover", shard: 5 }, "nobody is primary of shard 5"],
      [{ kind: "failover", to: "db-0-x" }, 'no node "db-0-x"'],
      [{ kind: "cut", zone: "a", to: "the moon" }, 'got "the moon"'],
    ];
    for (const [fault, why] of impossible) {
      const { status, body } = await begin(fault);
      expect([status, body["error"]]).toEqual([400, expect.stringContaining(why)]);
    }
    expect(control.faults()).toEqual([]);
  });

  it("is for this computer's own programs and its own page", async () => {
    const raw = (headers: Record<string, string>, method = "GET", body = ""): Promise<number> =>
      new Promise((resolve, reject) => {
        const path = method === "GET" ? "/status" : "/faults";
        const options = { host: "127.0.0.1", port: admin.port, path, method, headers };
        const request = httpRequest(options, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        request.on("error", reject);
        request.end(body);
      });
    const host = `127.0.0.1:${admin.port}`;
    const kill = JSON.stringify({ kind: "kill", zone: "a" });
    const json = { "content-type": "application/json" };
    expect(await raw({ host })).toBe(200);
    expect(await raw({ host: `localhost:${admin.port}` })).toBe(200);
    // DNS rebinding: somebody else's name leads here.
    expect(await raw({ host: `rebound.example:${admin.port}` })).toBe(403);
    expect(await raw({ host: "127.0.0.1" })).toBe(403);
    // Another page's script or form.
    expect(await raw({ host, origin: "http://rebound.example" }, "POST", kill)).toBe(403);
    expect(await raw({ host, origin: "null", ...json }, "POST", kill)).toBe(403);
    expect(await raw({ host, "sec-fetch-site": "cross-site", ...json }, "POST", kill)).toBe(403);
    expect(await raw({ host, "content-type": "text/plain" }, "POST", kill)).toBe(415);
    const form = { host, "content-type": "application/x-www-form-urlencoded" };
    expect(await raw(form, "POST", kill)).toBe(415);
    expect(await raw({ host, ...json }, "POST", "{")).toBe(400);
    expect(await raw({ host, ...json }, "POST", `"${"x".repeat(20_000)}"`)).toBe(413);
    expect(await raw({ host }, "PUT")).toBe(405);
    expect((await ask("GET", "/nothing")).status).toBe(404);
    expect((await ask("DELETE", "/faults/x")).status).toBe(404);
    expect(control.faults()).toEqual([]);
    const page = await fetch(`http://${host}/`);
    expect(await page.text()).toBe("chaos.html");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(page.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("wants the token that it was started with", async () => {
    const guarded = await openAdmin("open sesame");
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`http://127.0.0.1:${guarded.port}/status`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer open" })).toBe(401);
    expect(await status({ authorization: "Bearer open sesame" })).toBe(200);
    guarded.close();
  });
});

describe("a fault", () => {
  it("of every kind begins, is listed while it lasts, and leaves a cluster that serves", async () => {
    for (const kind of faultKindNames) {
      const { node } = await primary();
      const { strikes, lasts } = faultKinds[kind];
      const isAimed = strikes !== "shard" && strikes !== "cluster";
      const target = isAimed ? { node: strikes === "logs" ? "log-b" : node } : {};
      let id: unknown;
      const status = async (): Promise<readonly [string, number]> => {
        const told = await begin({ kind, ...target });
        id = told.body["id"];
        return [kind, told.status];
      };
      // A failover is refused while nobody leads.
      await expect.poll(status).toEqual([kind, 201]);
      const isListed = lasts === "until told" || kind === "rolling-restart";
      expect(control.faults().map((fault) => fault.id)).toEqual(isListed ? [id] : []);
      await healed();
    }
    const client = await TestClient.open((await primary()).port);
    expect(await client.ask("SET", "after", "all")).toBe("+OK\r\n");
    client.close();
  });

  it("kill takes the primary away: another leads, and what was acknowledged is there", async () => {
    const before = await primary();
    const client = await TestClient.open(before.port);
    expect(await client.ask("SET", "kept", "1")).toBe("+OK\r\n");
    expect((await begin({ kind: "kill", zone: before.zone })).status).toBe(201);
    await expect(client.ask("GET", "kept")).rejects.toThrow("closed");
    await expect(TestClient.open(before.port)).rejects.toThrow("ECONNREFUSED");
    expect(await machine(before.node)).toMatchObject({ state: "down", role: "" });
    const after = await primary();
    expect(after.node).not.toBe(before.node);
    const again = await TestClient.open(after.port);
    expect(await again.ask("GET", "kept")).toBe("$1\r\n1\r\n");
    again.close();
    await healed();
    expect(await machine(before.node)).toMatchObject({ state: "running", role: "replica" });
  });

  it("cut from clients: they hear nothing until it heals, and the lease goes on", async () => {
    const { node, port: at, epoch } = await primary();
    const client = await TestClient.open(at);
    await begin({ kind: "cut", node, to: "clients" });
    const asked = asking(client, "SET", "silent", "1");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(asked.answer).toBe("");
    expect(await machine(node)).toMatchObject({ role: "primary", epoch });
    await healed();
    await expectAnswer(asked, { node, epoch });
    client.close();
  });

  it("cut from the log: the primary stops when its lease ends, and another leads", async () => {
    const { node } = await primary();
    await begin({ kind: "cut", node, to: "log" });
    await expect.poll(async () => (await machine(node)).role).toBe("lapsed");
    expect((await primary()).node).not.toBe(node);
    await healed();
  });

  it("ends by itself when its while is over", async () => {
    const { body } = await begin({ kind: "slow-log", node: "log-c", factor: 2, forMs: 300 });
    expect(body["endsInMs"]).toBe(300);
    await expect.poll(() => control.faults()).toEqual([]);
  });

  it("pause: another leads, and it goes on as a replica", async () => {
    const { node } = await primary();
    await begin({ kind: "pause", node });
    expect(await machine(node)).toMatchObject({ state: "paused" });
    const leaders = async (): Promise<readonly string[]> =>
      (await control.status()).machines
        .filter((one) => one.role === "primary" && one.node !== node)
        .map((one) => one.node);
    // The one that stands still does not know better than that it leads.
    await expect.poll(leaders).toHaveLength(1);
    await healed();
    expect(await machine(node)).toMatchObject({ state: "running", role: "replica" });
  });

  it("slow-log on two zones holds writes up until it heals, on one it does not", async () => {
    // By name: who leads the log may change between two faults.
    await begin({ kind: "slow-log", node: "log-a", factor: 100_000 });
    const before = await primary();
    const first = await TestClient.open(before.port);
    await expectAnswer(asking(first, "SET", "slow", "1"), before);
    first.close();
    const { node, port: at, epoch } = await primary();
    const client = await TestClient.open(at);
    await begin({ kind: "slow-log", node: "log-b", factor: 100_000 });
    const asked = asking(client, "SET", "slow", "2");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(asked.answer).not.toContain("OK");
    await healed();
    await expectAnswer(asked, { node, epoch });
    client.close();
  });

  it("drop-clients and refuse-clients: connections end, or none begins", async () => {
    const { node, port: at } = await primary();
    const client = await TestClient.open(at);
    await client.ask("PING");
    await begin({ kind: "drop-clients", node });
    await expect(client.ask("PING")).rejects.toThrow("closed");
    const stays = await TestClient.open(at);
    await stays.ask("PING");
    await begin({ kind: "refuse-clients", node });
    await expect(TestClient.open(at)).rejects.toThrow("ECONNREFUSED");
    expect(await stays.ask("PING")).toBe("+PONG\r\n");
    await healed();
    await expect.poll(async () => (await TestClient.open(at)).ask("PING")).toBe("+PONG\r\n");
    stays.close();
  });

  it("on messages leaves a cluster that answers, and tells how many it met", async () => {
    const { port: at } = await primary();
    const client = await TestClient.open(at);
    const kinds = ["loss", "duplicate", "reorder", "delay"] as const;
    const met: number[] = [];
    for (const kind of kinds) {
      const { body } = await begin({ kind, group: "everything", to: "peers" });
      expect(await client.ask("INCR", "through")).toMatch(/^:\d/);
      expect((await ask("DELETE", `/faults/${body["id"] as number}`)).status).toBe(200);
      const ended = control
        .eventsAfter(0)
        .find((event) => event.kind === "fault.ended" && event.text === String(body["id"]));
      met.push(ended?.value ?? -1);
    }
    expect(Math.min(...met)).toBeGreaterThanOrEqual(0);
    // A write crosses several links, and each of them is late.
    expect(met.at(-1)).toBeGreaterThan(0);
    expect(await client.ask("GET", "through")).toBe("$1\r\n4\r\n");
    client.close();
    await healed();
  });

  it("clog holds the log's answers back, and they arrive when it ends", async () => {
    const { node, port: at, epoch } = await primary();
    const client = await TestClient.open(at);
    await client.ask("PING");
    await begin({ kind: "clog", group: "log", to: `node:${node}`, oneWay: true });
    const asked = asking(client, "SET", "clogged", "1");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(asked.answer).not.toContain("OK");
    await healed();
    await expectAnswer(asked, { node, epoch });
    client.close();
  });

  it("disk: one log node that is full, stalls or fails costs nothing; two cost the writes until it heals", async () => {
    const client = await TestClient.open((await primary()).port);
    for (const how of ["full", "stall", "sync", "write", "read", "garble"]) {
      const { status, body } = await begin({ kind: "disk", role: "logFollower", how, times: 0 });
      expect([how, status, body["error"]]).toEqual([how, 201, undefined]);
      expect(await client.ask("SET", "kept", how)).toBe("+OK\r\n");
      await healed();
    }
    const before = await primary();
    const [one, two] = ["log-a", "log-b"].map((node) => ({ kind: "disk", node, how: "stall" }));
    await begin(one);
    await begin(two);
    const asked = asking(client, "SET", "kept", "last");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(asked.answer).not.toContain("OK");
    await healed();
    await expectAnswer(asked, before);
    client.close();
  });

  it("rot: the log node repairs itself from its peers", async () => {
    const client = await TestClient.open((await primary()).port);
    for (let at = 0; at < 20; at++) await client.ask("SET", `filling ${at}`, "x".repeat(500));
    const from = control.eventsAfter(0).at(-1)?.id ?? 0;
    const isRepaired = (): boolean =>
      control
        .eventsAfter(from)
        .some(({ kind, node }) => kind === "log.repaired" && node === "log-c");
    await begin({ kind: "rot", node: "log-c", forMs: 100 });
    await expect.poll(isRepaired).toBe(true);
    client.close();
    await healed();
  });

  it("waits for its moment, or until it is healed", async () => {
    const { node } = await primary();
    const answers: Told[] = [];
    const hear = (answer: Told): void => void answers.push(answer);
    void begin({ kind: "pause", role: "primary", when: "elected", waitMs: 60_000 }).then(hear);
    const statusOnce = async (make: () => unknown): Promise<number | undefined> => {
      await make();
      return answers.at(-1)?.status;
    };
    // Whether it waits already nobody knows.
    await expect.poll(() => statusOnce(() => begin({ kind: "failover" }))).toBe(201);
    expect(answers.at(-1)?.body["targets"]).toEqual([expect.stringMatching(/^db-0-/)]);
    await healed();
    void begin({ kind: "pause", node, when: "logRepairing", waitMs: 60_000 }).then(hear);
    await expect.poll(() => statusOnce(() => control.healAll())).toBe(400);
    expect(answers.at(-1)?.body["error"]).toContain("healed before logRepairing came");
  });

  it("skew-clock moves the wall clock of one node, and back", async () => {
    const { node, port: at } = await primary();
    const client = await TestClient.open(at);
    const offMs = async (): Promise<number> => {
      const [, seconds] = /\r\n(\d+)\r\n/.exec(await client.ask("TIME")) ?? [];
      return Number(seconds) * 1000 - Date.now();
    };
    await begin({ kind: "skew-clock", node, byMs: 60_000 });
    expect(await offMs()).toBeGreaterThan(50_000);
    await healed();
    client.close();
  });
});
