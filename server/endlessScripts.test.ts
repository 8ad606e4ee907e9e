/** Scripts without an end, over a real socket: SCRIPT KILL ends each of them, wherever it stands, and the server goes on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Log } from "./log.ts";
import { readSettings } from "./options/settings.ts";
import { Server } from "./server.ts";
import { freePorts, TestClient } from "./testClient.ts";

const dir = mkdtempSync(join(tmpdir(), "azimuth-scripts-"));
let server: Server;
let author: TestClient;
let other: TestClient;

beforeAll(async () => {
  const port = await freePorts(1);
  const options = ["profile=standalone", `dir=${dir}`, `port=${port}`];
  const settings = readSettings([...options, "busy-reply-threshold=50"], () => "");
  server = await Server.start(settings, new Log("warning", () => {}));
  await server.ready();
  author = await TestClient.open(port);
  other = await TestClient.open(port);
});

afterAll(() => {
  author?.close();
  other?.close();
  server?.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

describe("SCRIPT KILL ends", () => {
  it.each([
    "while true do end",
    "while true do pcall(error) end",
    "while true do pcall(redis.call, 'nosuch') end",
    "while true do coroutine.wrap(function() coroutine.yield() end)() end",
    "table.sort({1, 2, 3}, function() while true do end end)",
    "('x'):gsub('x', function() while true do end end)",
    "string.find(('a'):rep(40), ('a*'):rep(20) .. 'b')",
    "return setmetatable({}, {__index = function() while true do end end}).x",
    "xpcall(error, function() while true do end end)",
    "return load(function() while true do end end)",
  ])("%s", async (script) => {
    const answer = author.ask("EVAL", script, "0");
    let killed = "";
    // The script may not have begun yet.
    while (killed !== "+OK\r\n") {
      killed = await other.ask("SCRIPT", "KILL");
      expect(killed).toMatch(/^(?:\+OK|-NOTBUSY)/);
    }
    expect(await answer).toMatch(/^-ERR Script killed by user with SCRIPT KILL/);
    expect(await other.ask("PING")).toBe("+PONG\r\n");
  });
});
