/**
 * Attempts to break out of the sandbox, to leave something for the next script, or to bring the process down. Each is refused, or
 * does no harm.
 */
import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { TestExecutor } from "../commands/testExecutor.ts";

const node = new TestExecutor();
node.isClusterMode = false;

function run(script: string): string {
  return latin1Of(node.execute(["EVAL", script, "0"]).reply);
}

/** A script, and what it answers: the whole reply, or how its error begins. */
type Attempt = readonly [script: string, answer: string];

const NIL = "$-1\r\n";

const hostObjects: readonly Attempt[] = [
  ["return ({}).__proto__", NIL],
  ["return ({}).constructor", NIL],
  ["return rawget({}, 'hasOwnProperty')", NIL],
  ["return ('').constructor", NIL],
  ["return ('')['__proto__']", NIL],
  ["return redis['__proto__']", NIL],
  ["return string.__proto__", NIL],
  ["local t = {} t.__proto__ = {x = 1} return t.x", NIL],
  ["local t = {} t['constructor'] = 'c' return t.constructor", "$1\r\nc\r\n"],
  ['return cjson.decode(\'{"__proto__":{"x":1}}\').x', NIL],
  ["return ({cmsgpack.unpack(cmsgpack.pack({['__proto__'] = 1}))})[1].constructor", NIL],
  ["return setmetatable({}, {__index = '__proto__'}).x", NIL],
  ["return type(toString)", "-ERR user_script:1: Script attempted to access nonexistent global"],
  ["return type(globalThis)", "-ERR user_script:1: Script attempted to access nonexistent global"],
  ["return (function() end).call", "-ERR user_script:1: attempt to index"],
  ["return redis.call.constructor", "-ERR user_script:1: attempt to index field 'call'"],
  ["return coroutine.create(function() end).stack", "-ERR user_script:1: attempt to index"],
  ["return cjson.null.shown", "-ERR user_script:1: attempt to index field 'null'"],
  ["return #pcall", "-ERR user_script:1: attempt to get length"],
];

const library: readonly Attempt[] = [
  ["return loadstring(string.dump(function() end))", NIL],
  ["return loadstring('\\27Lua\\81\\0')", NIL],
  ["return load(function() return nil end) == nil", NIL],
  ["return getfenv(0)", "-ERR user_script:1: Script attempted to access nonexistent global"],
  ["setfenv(1, {})", "-ERR user_script:1: Script attempted to access nonexistent global"],
  [
    "return debug.getregistry()",
    "-ERR user_script:1: Script attempted to access nonexistent global",
  ],
  ["return io.open('/etc/passwd')", "-ERR user_script:1: Script attempted to access nonexistent"],
  ["os.execute('id')", "-ERR user_script:1: "],
  ["require('x')", "-ERR user_script:1: Script attempted to access nonexistent global"],
  ["dofile('/etc/passwd')", "-ERR user_script:1: Script attempted to access nonexistent global"],
  ["print('x')", "-ERR user_script:1: Script attempted to access nonexistent global"],
  ["newproxy(true)", "-ERR user_script:1: Script attempted to access nonexistent global"],
  ["return package.loadlib", "-ERR user_script:1: Script attempted to access nonexistent global"],
];

/** What the next script would see. */
const READONLY = "Attempt to modify a readonly table";

const traces: readonly Attempt[] = [
  ["left = 1", READONLY],
  ["_G.left = 1", READONLY],
  ["rawset(_G, 'left', 1)", READONLY],
  ["setmetatable(_G, nil)", READONLY],
  ["getmetatable(_G).__index = nil", READONLY],
  ["getmetatable('').__index = {}", READONLY],
  ["redis.call = function() end", READONLY],
  ["string.rep = nil", READONLY],
  ["rawset(math, 'floor', nil)", READONLY],
  ["table.insert(cjson, 1)", READONLY],
  ["table.insert(redis, 1)", READONLY],
  ["loadstring('left = 1')()", READONLY],
  ["local f = loadstring('return _G') f().left = 1", READONLY],
  ["coroutine.wrap(function() left = 1 end)()", READONLY],
  ["return pcall(function() left = 1 end)", NIL],
  ["return {xpcall(function() left = 1 end, function() left = 2 end)}", "error in error handling"],
  ["KEYS.left = 1 ARGV = nil", READONLY],
];

const bombs: readonly Attempt[] = [
  ["return string.rep('x', 2^31 - 1)", "-ERR user_script:1: resulting string too large"],
  ["local s = 'x' for i = 1, 40 do s = s .. s end", "-ERR user_script:1: string length overflow"],
  [
    "return {string.byte(string.rep('x', 1e7), 1, -1)}",
    "-ERR user_script:1: string slice too long",
  ],
  ["return string.format('%99999999s', 'x')", "-ERR user_script:1: invalid format"],
  ["return {string.rep('a', 50000):find(string.rep('a?', 50000))}", "*2\r\n:1\r\n:50000\r\n"],
  [
    "return string.rep('(', 300):find(string.rep('(', 300))",
    "-ERR user_script:1: too many captures",
  ],
  ["local function f() return f() + 1 end return f()", "-ERR user_script:1: stack overflow"],
  [
    "local t = setmetatable({}, {__index = function(t, k) return t[k] end}) return t.x",
    "-ERR user_script:1: C stack overflow",
  ],
  [
    "local function r() return coroutine.wrap(r)() end return (select(2, pcall(r)):gsub('user_script:1: ', ''))",
    "$16\r\nC stack overflow\r\n",
  ],
  ["local s = string.rep('[', 1e4) return loadstring('return ' .. s)", NIL],
  ["return loadstring('return ' .. string.rep('(', 1e4))", NIL],
  ["return loadstring('return ' .. string.rep('not ', 1e5) .. '1')", NIL],
  [
    "return cjson.decode(string.rep('[', 1e5))",
    "-ERR user_script:1: Found too many nested data structures",
  ],
  [
    "local t = {} t[1] = t return cjson.encode(t)",
    "-ERR user_script:1: Cannot serialise, excessive nesting",
  ],
  ["return cmsgpack.unpack(string.rep(string.char(0x91), 1e5))", "-ERR stack overflow"],
  [
    "return cmsgpack.unpack(string.char(0xdd, 255, 255, 255, 255))",
    "-ERR user_script:1: Missing bytes",
  ],
  ["return struct.pack('c2000000000', 'x')", "-ERR user_script:1: resulting string too large"],
  ["return {unpack({}, 1, 1e8)}", "-ERR user_script:1: too many results to unpack"],
  ["table.sort({3, 2, 1}, function() error('x') end)", "-ERR user_script:1: x"],
];

/** Attempts that answer something else, and what. */
function unexpected(attempts: readonly Attempt[]): (readonly [script: string, reply: string])[] {
  const wrong = attempts.filter(([script, answer]) => !run(script).startsWith(answer));
  return wrong.map(([script]) => [script, run(script).slice(0, 120)]);
}

describe("a script cannot", () => {
  it("reach objects of the host", () => {
    expect(unexpected(hostObjects)).toEqual([]);
  });

  it("load what is not for it", () => {
    expect(unexpected(library)).toEqual([]);
  });

  it("bring the process down", () => {
    expect(unexpected(bombs)).toEqual([]);
  });

  it("leave anything for the next one", () => {
    for (const [script, answer] of traces) {
      expect([script, run(script)]).toEqual([script, expect.stringContaining(answer)]);
      const seen = run(
        "return {tostring(rawget(_G, 'left')), tostring(rawget(_G, 'KEYS').left), string.rep('x', 2)}",
      );
      expect([script, seen]).toEqual([script, "*3\r\n$3\r\nnil\r\n$3\r\nnil\r\n$2\r\nxx\r\n"]);
    }
  });
});
