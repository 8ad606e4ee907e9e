import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { cloudWatchMetrics } from "../../engine/commands/info/cloudWatch.ts";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";
import { seriesOf } from "./exposition.ts";

const running: Server[] = [];

afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

async function serve(...options: readonly string[]): Promise<Server> {
  const settings = readSettings(["log=memory", ...options], () => "");
  const server = await Server.start(settings, new Log("warning", () => {}));
  running.push(server);
  await server.ready();
  return server;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function samplesOf(page: string): Sample[] {
  return [...page.matchAll(/^(\w+)\{([^}]*)\} (\S+)$/gm)].map(
    ([, name = "", labels = "", value]) => ({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", text = ""]) => [label, text]),
      ),
      value: Number(value),
    }),
  );
}

/** The sum over all nodes. */
function total(page: string, series: string): number {
  return samplesOf(page)
    .filter(({ name }) => name === series)
    .reduce((sum, { value }) => sum + value, 0);
}

interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(
  readFileSync(new URL("../../deploy/grafana-dashboard.json", import.meta.url), "utf8"),
) as { readonly title: string; readonly panels: readonly Panel[] };

describe("metrics for Prometheus", () => {
  it("tell of each node what INFO memorydb tells, with help, type and labels", async () => {
    const port = await freePorts(4);
    await serve(`port=${port}`, `metrics-port=${port + 3}`, "cluster-name=shop");
    const url = `http://127.0.0.1:${port + 3}`;
    const clients = await Promise.all([0, 1, 2].map((node) => TestClient.open(port + node)));
    for (const client of clients) {
      for (let write = 0; write < 3; write++) await client.ask("SET", "key", "value");
      await client.ask("AUTH", "somebody", "wrong");
    }
    const answer = await fetch(`${url}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    let page = await answer.text();
    // Until the replicas have applied the writes.
    while (total(page, "memorydb_curr_items") < 3) {
      page = await (await fetch(`${url}/metrics`)).text();
    }

    for (const metric of cloudWatchMetrics) {
      const series = seriesOf(metric);
      expect(page).toContain(`# HELP ${series} ${metric.name}: `);
      expect(page).toContain(`# TYPE ${series} ${metric.kind}\n`);
      const name = metric.kind === "histogram" ? `${series}_count` : series;
      const nodes = samplesOf(page).filter((sample) => sample.name === name);
      expect(nodes.map(({ labels }) => labels)).toEqual([
        { cluster: "shop", shard: "0", node: "shop-0001-001", zone: "a" },
        { cluster: "shop", shard: "0", node: "shop-0001-002", zone: "b" },
        { cluster: "shop", shard: "0", node: "shop-0001-003", zone: "c" },
      ]);
    }
    expect(samplesOf(page).filter(({ value }) => !Number.isFinite(value))).toEqual([]);

    expect(total(page, "memorydb_is_primary")).toBe(1);
    expect(total(page, "memorydb_set_type_cmds_total")).toBe(3);
    expect(total(page, "memorydb_authentication_failures_total")).toBe(3);
    expect(total(page, "memorydb_curr_connections")).toBe(3);
    expect(total(page, "memorydb_curr_items")).toBe(3);
    expect(total(page, "memorydb_primary_link_health_status")).toBe(3);
    expect(total(page, "memorydb_replication_bytes_total")).toBeGreaterThan(100);
    const busy = samplesOf(page).filter(
      ({ name }) => name === "memorydb_engine_cpu_utilization_percent",
    );
    for (const { value } of busy) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(100);
    }
    const lags = samplesOf(page).filter(({ name }) => name === "memorydb_replication_lag_seconds");
    // Seconds, not milliseconds.
    for (const { value } of lags) expect(value).toBeLessThan(60);

    const writes = "memorydb_successful_write_request_latency_microseconds";
    const counts = samplesOf(page)
      .filter(({ name }) => name === `${writes}_bucket`)
      .filter(({ labels }) => labels["zone"] === "a")
      .map(({ value }) => value);
    expect(counts).toEqual(counts.toSorted((left, right) => left - right));
    expect(total(page, `${writes}_count`)).toBe(3);
    expect(total(page, `${writes}_sum`)).toBeGreaterThan(0);

    const info = await Promise.all(clients.map((client) => client.ask("INFO", "memorydb")));
    const ofInfo = info.map((text) => Number(/^SetTypeCmds:(\d+)/m.exec(text)?.[1]));
    expect(ofInfo.reduce((sum, value) => sum + value, 0)).toBe(3);
    for (const client of clients) client.close();

    const elsewhere = await fetch(`${url}/`);
    expect(elsewhere.status).toBe(404);
    expect(await elsewhere.text()).toBe("no / here: the metrics are at /metrics\n");
    const posted = await fetch(`${url}/metrics`, { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("refuse a port that another program has, with the option's name", async () => {
    const port = await freePorts(3);
    await serve("profile=standalone", `port=${port}`, `metrics-port=${port + 1}`);
    await expect(
      serve("profile=standalone", `port=${port + 2}`, `metrics-port=${port + 1}`),
    ).rejects.toThrow(
      `metrics-port ${port + 1} is taken: another program uses it on 127.0.0.1; choose another with metrics-port=N`,
    );
    const again = await serve("profile=standalone", `port=${port + 2}`);
    expect(again.ports.port).toBe(port + 2);
    expect(() => readSettings(["metrics-bind=0.0.0.0"], () => "")).toThrow(
      "metrics-bind= needs metrics-port=",
    );
  });
});

describe("the dashboard for Grafana", () => {
  const expressions = dashboard.panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) => expr),
  );
  const shown = new Set(
    expressions.flatMap((expr) => [...expr.matchAll(/memorydb_\w+/g)].map(([name]) => name)),
  );
  const served = cloudWatchMetrics.flatMap((metric) =>
    metric.kind === "histogram"
      ? [`${seriesOf(metric)}_bucket`, `${seriesOf(metric)}_sum`, `${seriesOf(metric)}_count`]
      : [seriesOf(metric)],
  );
  /** Served and on no panel. */
  const leftOut = [
    // The same as database_memory_usage_percentage.
    "memorydb_database_capacity_usage_percentage",
    // Quantiles need only the buckets.
    "memorydb_successful_read_request_latency_microseconds_count",
    "memorydb_successful_read_request_latency_microseconds_sum",
    "memorydb_successful_write_request_latency_microseconds_count",
    "memorydb_successful_write_request_latency_microseconds_sum",
  ];

  it("asks for what is served, and shows all of it but what is known", () => {
    expect(expressions.length).toBeGreaterThan(20);
    expect([...shown].filter((name) => !served.includes(name))).toEqual([]);
    expect(served.filter((name) => !shown.has(name)).toSorted()).toEqual(leftOut.toSorted());
  });

  it("asks for one cluster's nodes, and for the growth of counters", () => {
    for (const expr of expressions) expect(expr).toContain('{cluster="$cluster"');
    const totals = expressions.filter((expr) => expr.includes("_total{"));
    expect(totals.length).toBeGreaterThan(10);
    for (const expr of totals) expect(expr).toMatch(/rate\(memorydb_\w+_total\{/);
  });
});
