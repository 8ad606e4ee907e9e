/** A server's clients within and beyond their limits. What is waited for is an event, never a time. */
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";

const silent = new Log("warning", () => {});
const running: { close(): void }[] = [];

afterEach(() => {
  for (const one of running.splice(0)) one.close();
});

async function serve(...options: string[]): Promise<number> {
  const port = await freePorts(1);
  const argv = ["profile=standalone", "log=memory", `port=${port}`, ...options];
  const server = await Server.start(
    readSettings(argv, () => ""),
    silent,
  );
  running.push(server);
  await server.ready();
  return port;
}

async function open(port: number): Promise<TestClient> {
  const client = await TestClient.open(port);
  running.push(client);
  return client;
}

/** What a connection is sent until it is closed. */
function everythingOf(socket: Socket): Promise<string> {
  running.push({ close: () => socket.destroy() });
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

/** A field of INFO, or of a line of CLIENT LIST. */
function fieldOf(text: string, name: string): string {
  return new RegExp(`(?:^|\\s)${name}[:=](\\S*)`).exec(text)?.[1] ?? "";
}

/** Asks again and again until the answer is as wanted. */
async function until(
  ask: () => Promise<string>,
  isWanted: (text: string) => boolean,
): Promise<string> {
  for (;;) {
    const text = await ask();
    if (isWanted(text)) return text;
  }
}

describe("maxclients", () => {
  it("sends a client too many away with Redis's error, and acts at once when it is changed", async () => {
    const port = await serve("--maxclients", "2");
    const first = await open(port);
    await open(port).then((second) => second.ask("PING"));
    expect(await everythingOf(connect(port, "127.0.0.1"))).toBe(
      "-ERR max number of clients reached\r\n",
    );
    expect(fieldOf(await first.ask("INFO", "stats"), "rejected_connections")).toBe("1");
    expect(await first.ask("CONFIG", "SET", "maxclients", "3")).toBe("+OK\r\n");
    expect(await (await open(port)).ask("PING")).toBe("+PONG\r\n");
    expect(await first.ask("CONFIG", "RESETSTAT")).toBe("+OK\r\n");
    expect(fieldOf(await first.ask("INFO", "stats"), "rejected_connections")).toBe("0");
    // More than the process may open files is refused, with the number that would do.
    const refusal = await first.ask("CONFIG", "SET", "maxclients", "4000000000");
    expect(refusal).toMatch(
      /^-ERR CONFIG SET failed \(possibly related to argument 'maxclients'\) - The operating system is not able to handle the specified number of clients, try with \d+\r\n$/,
    );
    expect(await first.ask("CONFIG", "GET", "maxclients")).toContain("$1\r\n3\r\n");
    const most = /try with (\d+)/.exec(refusal)?.[1] ?? "";
    expect(await first.ask("CONFIG", "SET", "maxclients", most)).toBe("+OK\r\n");
  });
});

describe("timeout", () => {
  it("closes clients that say nothing, but none that listens or waits", async () => {
    const port = await serve();
    const idle = everythingOf(connect(port, "127.0.0.1"));
    const listening = await open(port);
    await listening.ask("SUBSCRIBE", "news");
    const waiting = await open(port);
    waiting.send("BLPOP list 0\r\n");
    const asking = await open(port);
    expect(await asking.ask("CONFIG", "SET", "timeout", "1")).toBe("+OK\r\n");
    let isClosed = false;
    void idle.then(() => (isClosed = true));
    await until(
      () => asking.ask("PING"),
      () => isClosed,
    );
    expect(await asking.ask("PUBLISH", "news", "still there")).toBe(":1\r\n");
    expect(await asking.ask("RPUSH", "list", "x")).toBe(":1\r\n");
    expect(await waiting.reply()).toBe("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
  });
});

describe("protected-mode", () => {
  it("denies clients of other addresses without a password, unless it is off", async () => {
    const port = await serve();
    const local = await open(port);
    // Redis takes 127.0.0.1 alone for this computer.
    const place = { port, host: "127.0.0.1", localAddress: "127.0.0.2" };
    const denied = await everythingOf(connect(place));
    expect(denied).toMatch(/^-DENIED Redis is running in protected mode because .*\r\n$/);
    expect(await local.ask("CONFIG", "SET", "requirepass", "secret")).toBe("+OK\r\n");
    const asked = connect(place, () => asked.end("AUTH secret\r\nPING\r\n"));
    expect(await everythingOf(asked)).toBe("+OK\r\n+PONG\r\n");
    await local.ask("AUTH", "secret");
    await local.ask("CONFIG", "SET", "requirepass", "");
    expect(await everythingOf(connect(place))).toBe(denied);
    expect(await local.ask("CONFIG", "SET", "protected-mode", "no")).toBe("+OK\r\n");
    const socket = connect(place, () => socket.end("PING\r\n"));
    expect(await everythingOf(socket)).toBe("+PONG\r\n");
  });
});

describe("unixsocket", () => {
  it("is a way in with the permissions asked for, and local", async () => {
    const path = join(tmpdir(), `azimuth-${process.pid}.sock`);
    await serve("--unixsocket", path, "--unixsocketperm", "700");
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const socket = connect(path, () => socket.end("CLIENT INFO\r\n"));
    expect(fieldOf(await everythingOf(socket), "addr")).toBe(`${path}:0`);
  });
});

describe("the limits of what a client sends", () => {
  it("cut off one that sends too much ahead, and count it", async () => {
    const port = await serve("--client-query-buffer-limit", "1mb");
    const socket = connect(port, "127.0.0.1");
    const all = everythingOf(socket);
    socket.write(`*2\r\n$4\r\nECHO\r\n$4000000\r\n${"x".repeat(2 << 20)}`);
    expect(await all).toBe("");
    const client = await open(port);
    const stats = await client.ask("INFO", "stats");
    expect(fieldOf(stats, "client_query_buffer_limit_disconnections")).toBe("1");
  });

  it("refuse a longer argument than proto-max-bulk-len, at once when it is changed", async () => {
    const port = await serve();
    const client = await open(port);
    expect(await client.ask("CONFIG", "SET", "proto-max-bulk-len", "1mb")).toBe("+OK\r\n");
    const socket = connect(port, "127.0.0.1");
    const all = everythingOf(socket);
    socket.write(`*2\r\n$4\r\nECHO\r\n$1048577\r\n`);
    expect(await all).toBe("-ERR Protocol error: invalid bulk length\r\n");
  });
});

describe("client-output-buffer-limit", () => {
  it("cuts off a client at its hard limit, without the reply that was too much", async () => {
    const port = await serve();
    const client = await open(port);
    await client.ask("SET", "big", "x".repeat(200_000));
    await client.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 100000 0 0");
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\nGET big\r\n"));
    expect(await everythingOf(socket)).toBe("");
    const stats = await client.ask("INFO", "stats");
    expect(fieldOf(stats, "client_output_buffer_limit_disconnections")).toBe("1");
    await client.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0");
    expect((await client.ask("GET", "big")).length).toBe(200_011);
  });

  it("cuts off a subscriber that does not read, which CLIENT LIST shows before", async () => {
    const port = await serve("--client-output-buffer-limit", "pubsub", "8mb", "0", "0");
    const client = await open(port);
    const socket = connect(port, "127.0.0.1");
    running.push({ close: () => socket.destroy() });
    await new Promise<void>((resolve) => {
      socket.once("data", () => resolve(void socket.pause()));
      socket.write("SUBSCRIBE news\r\n");
    });
    const message = "x".repeat(100_000);
    let mostBytes = 0;
    await until(
      async () => {
        const heard = await client.ask("PUBLISH", "news", message);
        const list = await client.ask("CLIENT", "LIST", "TYPE", "pubsub");
        mostBytes = Math.max(mostBytes, Number(fieldOf(list, "omem")));
        return heard;
      },
      (heard) => heard === ":0\r\n",
    );
    expect(mostBytes).toBeGreaterThan(1 << 20);
    expect(mostBytes).toBeLessThan(8 << 20);
  });

  it("cuts off a client that stays beyond its soft limit, even when it is sent nothing more", async () => {
    const port = await serve("--client-output-buffer-limit", "pubsub", "0", "1mb", "1");
    const client = await open(port);
    const socket = connect(port, "127.0.0.1");
    running.push({ close: () => socket.destroy() });
    await new Promise<void>((resolve) => {
      socket.once("data", () => resolve(void socket.pause()));
      socket.write("SUBSCRIBE news\r\n");
    });
    const list = (): Promise<string> => client.ask("CLIENT", "LIST", "TYPE", "pubsub");
    await until(
      async () => {
        await client.ask("PUBLISH", "news", "x".repeat(1 << 20));
        return list();
      },
      (text) => Number(fieldOf(text, "omem")) > 1 << 20,
    );
    await until(list, (text) => !text.includes("addr="));
    const stats = await client.ask("INFO", "stats");
    expect(fieldOf(stats, "client_output_buffer_limit_disconnections")).toBe("1");
  });
});

describe("a client that does not read", () => {
  it("is neither read nor served beyond a bound, while others are, and goes on when it reads", async () => {
    const port = await serve();
    const client = await open(port);
    const valueBytes = 4 << 20;
    await client.ask("SET", "big", "x".repeat(valueBytes));
    const requests = 48;
    const slow = connect(port, "127.0.0.1");
    running.push({ close: () => slow.destroy() });
    let received = 0;
    slow.on("data", (bytes: Buffer) => (received += bytes.length));
    slow.pause();
    slow.write("GET big\r\n".repeat(requests));
    const figure = async (): Promise<string> =>
      fieldOf(await client.ask("INFO", "clients"), "client_recent_max_output_buffer");
    // Two looks that show the same: nothing more is executed for it.
    let before = "";
    const most = await until(figure, (text) => {
      const isStill = Number(text) > 32 << 20 && text === before;
      before = text;
      return isStill;
    });
    expect(Number(most)).toBeLessThan(128 << 20);
    slow.resume();
    const all = requests * (valueBytes + `$${valueBytes}\r\n\r\n`.length);
    await expect.poll(() => received, { timeout: 60_000 }).toBe(all);
  });
});

describe("a client that ends its side", () => {
  it("is answered what it asked for, then closed", async () => {
    const port = await serve();
    const socket = connect(port, "127.0.0.1", () =>
      socket.end("SET key value\r\nGET key\r\nPING\r\n"),
    );
    expect(await everythingOf(socket)).toBe("+OK\r\n$5\r\nvalue\r\n+PONG\r\n");
  });

  it("takes nothing more when it waited for a key", async () => {
    const port = await serve();
    const socket = connect(port, "127.0.0.1", () => socket.end("BLPOP list 0\r\n"));
    expect(await everythingOf(socket)).toBe("");
    const client = await open(port);
    await client.ask("RPUSH", "list", "x");
    expect(await client.ask("LLEN", "list")).toBe(":1\r\n");
  });
});
