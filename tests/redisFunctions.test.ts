/** Libraries and functions against a real redis-server 7.0, in both protocols. `npm run test:redis` runs it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latin1Of } from "../engine/bytes/latin1.ts";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { RealServer, type RealConnection } from "../fuzz/realServer.ts";

/** What stands behind "#!lua name=lib" and a line's end. */
const bodies = [
  "return 1",
  "redis.register_function('f', function() return 1 end)",
  "redis.register_function('f', function() return 1 end, 3)",
  "redis.register_function('f')",
  "redis.register_function()",
  "redis.register_function(1, function() end)",
  "redis.register_function({}, function() end)",
  "redis.register_function('f', 1)",
  "redis.register_function{function_name='f'}",
  "redis.register_function{callback=function() end}",
  "redis.register_function{function_name='f', callback=1}",
  "redis.register_function{function_name=1, callback=function() end}",
  "redis.register_function{function_name='f', callback=function() end, flags=1}",
  "redis.register_function{function_name='f', callback=function() end, flags={'bad'}}",
  "redis.register_function{function_name='f', callback=function() end, flags={1}}",
  "redis.register_function{function_name='f', callback=function() end, descr='x'}",
  "redis.register_function{function_name='f', callback=function() end, description={}}",
  "redis.register_function{function_name='f', callback=function() end, [true]=1}",
  "redis.register_function('f f', function() end)",
  "redis.register_function('f', function() end) redis.register_function('f', function() end)",
  "x = 1",
  "return x",
  "redis.call('get','x')",
  "redis.setresp(3)",
  "error('boom')",
  "error({err='ERR mine'})",
  "error({err='mine'})",
  "error(1)",
  "local x = ",
  "math.random()",
  "string.rep('x',2)",
  "redis.register_function('f', redis.log)",
  "redis.log(redis.LOG_DEBUG,'hi')",
  "redis.log(9,'hi')",
  "while true",
  "return redis.REDIS_VERSION",
  "redis.x()",
  "redis.x=1",
  "_G.x=1",
  "setmetatable(redis,{})",
  "redis.register_function{function_name='g', callback=function(k,a) return {k,a} end, description='d', flags={'no-writes','allow-stale','allow-oom'}}",
  "redis.register_function('g', function(k,a) return redis.call('set',k[1],a[1]) end)",
  "redis.register_function('g', function(k,a) return redis.register_function('h', function() end) end)",
  "local r = redis redis.register_function('g', function() return r.register_function('h', function() end) end)",
  "redis.register_function('g', function(k,a) x = 1 end)",
  "redis.register_function('g', function(k,a) return x end)",
  "redis.register_function('g', function(k,a) _G.x = 1 end)",
  "redis.register_function('g', function(k,a) redis.call = 1 end)",
  "redis.register_function('g', function(k,a) return redis.breakpoint() end)",
  "redis.register_function('g', function(k,a) return redis.replicate_commands() end)",
  "redis.register_function('g', function(k,a) return KEYS[1] end)",
  "redis.register_function('g', function(k,a) return tostring(math.abs(-1)) .. string.rep('x',3) .. cjson.encode({1}) end)",
  "redis.register_function('g', function(k,a) return redis.pcall('incr','s') end)",
  "redis.register_function('g', function(k,a) error('e') end)",
  "redis.register_function('g', function(k,a) return {map={a=1}} end)",
  "local n = 0 redis.register_function('g', function(k,a) n = n + 1 return n end)",
  "redis.register_function('g', function(k,a) getmetatable(_G).__index = {} end)",
  "redis.register_function('g', function(k,a) return setmetatable(_G, {}) end)",
  "redis.register_function('g', function(k,a) return redis.acl_check_cmd('get','x') end)",
  "redis.register_function('g', redis.log)",
];

const FUNCTION = "redis.register_function('f2', function() end)";
const texts = [
  "",
  "x",
  "#!lua",
  "#!lua\n",
  "#!lua name=\nx",
  "#!lua name=a name=b\nx",
  "#!lua name=a b=c\nx",
  "#!js name=a\nx",
  `#!LUA name=a\n${FUNCTION}`,
  "#! name=a\nx",
  "#!lua name=a b\nx",
  '#!lua name="q\nx',
  `#!lua NAME=cc\n${FUNCTION}`,
  "#!lua name=a-b\nx",
];

const requests = [
  "FUNCTION LOAD",
  "FUNCTION LOAD REPLACE",
  "FUNCTION LOAD X y",
  "FUNCTION LOAD REPLACE REPLACE y",
  "FUNCTION DELETE nope",
  "FUNCTION DELETE",
  "FUNCTION FLUSH X",
  "FUNCTION FLUSH SYNC X",
  "FUNCTION STATS",
  "FUNCTION STATS X",
  "FUNCTION KILL",
  "FUNCTION RESTORE x",
  "FUNCTION RESTORE x Y",
  "FUNCTION RESTORE x FLUSH Z",
  "FUNCTION NOPE",
  "FCALL f",
  "FCALL f x",
  "FCALL f -1",
  "FCALL f 9",
  "FCALL nope 0",
  "FCALL F 0",
  "FUNCTION LIST LIBRARYNAME *",
  "FUNCTION LIST LIBRARYNAME LIB*",
  "FUNCTION LIST LIBRARYNAME x LIBRARYNAME y",
  "FUNCTION LIST X",
];

let differences: { argv: readonly string[]; here: string; there: string }[] = [];
let server: RealServer;
let real: RealConnection;

beforeAll(async () => {
  server = await RealServer.start();
});

afterAll(() => {
  real?.end();
  server?.stop();
});

async function ask(argv: readonly string[]): Promise<string> {
  real.send(`*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`);
  return real.reply();
}

/** Both, before the first request: no library, no key. */
async function begin(version: string): Promise<TestExecutor> {
  real = server.connect();
  differences = [];
  const ours = new TestExecutor();
  for (const argv of [["FLUSHALL"], ["FUNCTION", "FLUSH"], ["HELLO", version]]) {
    await ask(argv);
    ours.execute(argv);
  }
  return ours;
}

async function compare(ours: TestExecutor, argv: readonly string[]): Promise<string> {
  const there = await ask(argv);
  const here = latin1Of(ours.execute(argv).reply);
  if (here !== there) differences.push({ argv, here, there });
  return there;
}

describe.each(["2", "3"])(
  "functions give what they give in a real redis-server, RESP%s",
  (version) => {
    it("libraries of all kinds, listed, dumped and called", async () => {
      const ours = await begin(version);
      for (const body of bodies) {
        await compare(ours, ["FUNCTION", "FLUSH"]);
        await compare(ours, ["SET", "s", "text"]);
        await compare(ours, ["FUNCTION", "LOAD", `#!lua name=lib\n${body}`]);
        await compare(ours, ["FUNCTION", "LIST", "WITHCODE"]);
        for (const name of ["FCALL", "FCALL", "FCALL_RO"]) {
          await compare(ours, [name, "g", "1", "k", "v"]);
        }
        await compare(ours, ["FUNCTION", "DUMP"]);
      }
      expect(differences).toEqual([]);
      real.end();
    });

    it("first lines and requests", async () => {
      const ours = await begin(version);
      await compare(ours, ["FUNCTION", "LOAD", `#!lua name=lib\n${bodies[1]}`]);
      for (const text of texts) {
        await compare(ours, ["FUNCTION", "LOAD", text]);
        await compare(ours, ["FUNCTION", "LOAD", "REPLACE", text]);
      }
      await compare(ours, ["FUNCTION", "DELETE", "a"]);
      await compare(ours, ["FUNCTION", "DELETE", "cc"]);
      for (const request of requests) await compare(ours, request.split(" "));
      expect(differences).toEqual([]);
      real.end();
    });

    it("dumps of each are taken by the other", async () => {
      const ours = await begin(version);
      const code = `#!lua name=lib\n${bodies[1]} -- ${"y".repeat(300)}`;
      await compare(ours, ["FUNCTION", "LOAD", code]);
      const dump = (await compare(ours, ["FUNCTION", "DUMP"]))
        .replace(/^\$\d+\r\n/, "")
        .slice(0, -2);
      for (const policy of [[], ["APPEND"], ["REPLACE"], ["FLUSH"], ["flush"]]) {
        await compare(ours, ["FUNCTION", "RESTORE", dump, ...policy]);
        await compare(ours, ["FCALL", "f", "0"]);
      }
      await compare(ours, ["FUNCTION", "RESTORE", `${dump.slice(0, -1)}x`]);
      await compare(ours, ["FUNCTION", "FLUSH"]);
      await compare(ours, ["FUNCTION", "LOAD", `#!lua name=other\n${bodies[1]}`]);
      await compare(ours, ["FUNCTION", "RESTORE", dump, "REPLACE"]);
      await compare(ours, ["FUNCTION", "LIST"]);
      expect(differences).toEqual([]);
      real.end();
    });
  },
);
