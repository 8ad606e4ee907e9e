/**
 * A hot function runs as a function of JavaScript, any other in the loop over instructions. Nothing may tell which: neither results and errors,
 * nor where a script pauses, nor the memory that it is said to hold.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { deprecatedCases, scriptCases } from "../../../tests/scripts.ts";
import { makeMachine } from "../environment.ts";
import { scriptTable, type ScriptHost } from "../redisApi.ts";
import { LuaError, LuaSyntaxError } from "./errors.ts";
import type { LuaMachine } from "./machine.ts";
import { heldBytes } from "./memory.ts";
import { LuaTable } from "./table.ts";
import type { Closure, LuaValue } from "./values.ts";

const NEVER = 2 ** 30;
/** Tables within each other that are told. */
const MOST_DEPTH = 3;
const MOST_PIECES = 60;

const host: ScriptHost = {
  call: (argv) => (argv[0] === "get" ? { value: argv[1], isError: false } : "ERR unknown command"),
  setProtocol: () => {},
  log: () => {},
  mayRun: () => true,
  prepare: undefined,
  debugger: undefined,
};

/** What a value is, but for the identity of tables. */
function text(value: LuaValue, depth = 0): string {
  if (value instanceof LuaTable && depth < MOST_DEPTH) {
    const parts = [...value.entries()].flat().map((part) => text(part, depth + 1));
    return `{${parts.join(" ")}}`;
  }
  return typeof value === "object" ? `a ${value.constructor.name}` : String(value);
}

/** Everything that the host could see of a script: after each piece what is left of the budget, and the bytes that are held. */
function seen(
  source: string,
  hotAt: number,
  piece: number,
  keys: readonly string[] = [],
  args: readonly string[] = [],
): string {
  const machine = makeMachine(scriptTable(host), true);
  machine.hotAt = hotAt;
  machine.globals.set("KEYS", LuaTable.ofList(keys));
  machine.globals.set("ARGV", LuaTable.ofList(args));
  const notes: string[] = [];
  const note = (...values: LuaValue[]): unknown =>
    notes.push(values.map((value) => text(value)).join(" "));
  try {
    machine.begin(machine.load(source, "user_script"), []);
    for (let pieces = 0; pieces < MOST_PIECES && !machine.run(piece); pieces++) {
      note(machine.budget, heldBytes(machine), machine.position()?.line);
    }
    note(...machine.results);
  } catch (error) {
    if (error instanceof LuaError) note(error.value, error.position?.line);
    else if (error instanceof LuaSyntaxError) note(error.message);
    else throw error;
  }
  note(machine.budget, bytesTaken(machine));
  return notes.join("\n");
}

function bytesTaken(machine: LuaMachine): number {
  return (machine as unknown as { chargedBytes: number }).chargedBytes;
}

/** One of everything that instructions do. */
const programs: Readonly<Record<string, string>> = {
  "arithmetic of numbers, texts and metamethods": `
    local mt = {}
    for _, event in ipairs({'__add', '__sub', '__mul', '__div', '__mod', '__pow', '__concat'}) do
      mt[event] = function(a, b) return event .. type(a) .. type(b) end
    end
    mt.__unm = function() return 'unm' end mt.__len = function() return 7 end
    local o, out = setmetatable({}, mt), {}
    for i = -3, 3 do
      for _, v in ipairs({2, 0.5, '3', -0.0, 1/0, 0/0, 2^31, -7}) do
        out[#out + 1] = tostring(i + v) .. (i - v) .. (i * v) .. (v / i) .. (i % v) .. tostring(v ^ i)
        out[#out + 1] = -v .. tostring(i == v) .. tostring(i < i + 1)
      end
      out[#out + 1] = (o + i) .. (i - o) .. (o * o) .. (o / 1) .. ('x' % o) .. (o ^ 1) .. (i .. o) .. -o .. (1 .. i .. o .. 'z')
    end
    return table.concat(out, ' ')`,
  "comparisons of all kinds": `
    local mt = {__eq = function(a, b) return a.n == b.n end, __lt = function(a, b) return a.n < b.n end}
    local le = {__le = function(a, b) return a.n <= b.n end}
    local function box(n, m) return setmetatable({n = n}, m) end
    local s = ''
    for i = 1, 4 do for j = 1, 4 do
      local a, b, c, d = box(i, mt), box(j, mt), box(i, le), box(j, le)
      if a == b then s = s .. 'e' end if a ~= b then s = s .. 'n' end
      if a < b then s = s .. 'l' end if not (a < b) then s = s .. 'g' end if a <= b then s = s .. 'k' end
      if c <= d then s = s .. 'c' end if not (c >= d) then s = s .. 'd' end
      if i < j and 'a' .. i <= 'a' .. j or i == 3 and not (j ~= 2) then s = s .. 'x' end
      s = s .. tostring(i > j) .. tostring(a == c) .. tostring(0/0 == 0/0) .. tostring(not (i <= 0/0))
    end end
    return s`,
  "tables, read and written by keys of all kinds": `
    local t = {1, 2, nil, 4, a = 'x', ['b c'] = true, [2.5] = 'f', [-1] = 'm', [false] = 0}
    for i = 1, 40 do
      t[i] = i t['k' .. i] = i * 2 t.a = t.a .. i t.n = (t.n or 0) + 1 t[i / 2] = i
      if i % 3 == 0 then t['k' .. i] = nil t.n = nil end
      if i % 7 == 0 then t.a = nil t.a = '' end
    end
    local keys = {} for k, v in pairs(t) do keys[#keys + 1] = tostring(k) .. tostring(v) end
    for i, v in ipairs(t) do keys[#keys + 1] = i .. ':' .. v end
    return #t, table.concat(keys, ' ')`,
  "__index and __newindex, as functions and as tables": `
    local log, base = {}, {greet = function(self, x) return self.name .. x end}
    local class = setmetatable({}, {__index = base}) class.__index = class
    class.__newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end
    local lazy = setmetatable({}, {__index = function(t, k) return k .. '!' end})
    local o = setmetatable({name = 'o'}, class)
    for i = 1, 12 do o['f' .. i] = i o.name = o.name .. i log[#log + 1] = o:greet(i) .. lazy.x .. lazy[i] .. ('s'):rep(i) end
    local other = setmetatable({}, {__newindex = log}) other.z = 1
    return table.concat(log, ' '), log.z, rawget(other, 'z')`,
  "closures that share what they captured": `
    local f = {}
    for i = 1, 5 do local n = i
      f[#f + 1] = function() n = n + i i = i + 1 return n end
      f[#f + 1] = function(x) n = x or n return n end
    end
    local out = {}
    for r = 1, 3 do for i, g in ipairs(f) do out[#out + 1] = g() end f[2](r) end
    local i = 0 while true do local j = i f[#f + 1] = function() j = j + 1 return j end i = i + 1 if i > 3 then break end end
    repeat local k = i f[#f + 1] = function() return k end i = i - 1 until k < 2
    for n = 11, #f do out[#out + 1] = f[n]() end
    return table.concat(out, ',')`,
  "calls with any number of values, and tail calls": `
    local function all(...) return select('#', ...), ... end
    local function tail(n, ...) if n == 0 then return all(...) end return tail(n - 1, n, ...) end
    local function three() return 1, 2, 3 end
    local function rec(n) if n == 0 then return 0 end return 1 + rec(n - 1) end
    local t = {three(), three()} local u = {(three())}
    return #t, #u, rec(150), pcall(rec), tail(5), all(three(), nil, three()), (select('#', tail(3))), string.format('%d%s', 5, 'x')`,
  "loops in both directions, with steps of all sizes": `
    local s = ''
    for i = 3, 1 do s = s .. i end for i = 3, 1, -1 do s = s .. i end for i = 1, 2, 0.25 do s = s .. i end
    for i = 9, 1, -1 or 2 do s = s .. i end for i = 1, 9, 1 or 2 do s = s .. i end
    for i = '1', '3' do s = s .. i end for i = 1, 3, (s and 2) do s = s .. i i = 9 end
    local step = -2 for i = 5, 0, step do s = s .. i end for i = 1, 0/0 do s = s .. i end
    for k, v in next, {x = 1} do s = s .. k .. v end
    for w in ('a b c'):gmatch('%a') do s = s .. w end
    for a, b, c in (function() local n = 0 return function() n = n + 1 if n < 4 then return n, n * 2 end end end)() do s = s .. a .. b .. tostring(c) end
    return s`,
  "errors of all kinds, with their places": `
    local out, u = {}
    local function try(f, ...) for i = 1, 2 do local ok, e = pcall(f, ...) out[#out + 1] = tostring(ok) .. tostring(e) end end
    try(function() return u.x end) try(function() return missing end) try(function() u.x = 1 end)
    try(function(a) return a + 1 end, {}) try(function(a) return 1 .. a end, {}) try(function(a) return #a end)
    try(function(a) return a < 1 end, 'x') try(function(a) a() end) try(function(a) a.b.c() end, {b = {}})
    try(function() for i = 1, 'x' do end end) try(function(t) t[nil] = 1 end, {}) try(function(t) t[0/0] = 1 end, {})
    try(function() error({}) end) try(function() error('m', 2) end) try(function() string.rep() end)
    try(function(s) return s:nope() end, 's') try(function() return -{} end) try(function() global = 1 end)
        out[#out + 1] = tostring(xpcall(function() return u.x end, function(m) return 'h' .. m end))
    return table.concat(out, '\\n')`,
  "coroutines, and functions of the host that call back": `
    local out = {}
    local co = coroutine.wrap(function(a) for i = 1, 5 do a = coroutine.yield(a + i) end return 'end' end)
    for i = 1, 6 do out[#out + 1] = co(i * 10) end
    local t = {5, 3, 9, 1, 7} table.sort(t, function(a, b) for i = 1, 3 do end return a > b end)
    out[#out + 1] = table.concat(t, ',')
    out[#out + 1] = ('abc'):gsub('.', function(c) for i = 1, 3 do end return c .. c end)
    local inner = coroutine.create(function() local ok, e = pcall(function() error('in') end) coroutine.yield(e) error('out') end)
    for i = 1, 3 do local ok, e = coroutine.resume(inner) out[#out + 1] = tostring(ok) .. tostring(e) end
    return table.concat(out, ' ')`,
  commands: `
    local s = '' for i = 1, 5 do s = s .. redis.call('get', 'k' .. i) .. tostring(redis.pcall('nope').err) end return s`,
  "memory that grows": "local t = {} for i = 1, 400 do t[i] = {i, 'x' .. i} end return #t",
};

describe("a script that is run in functions of JavaScript is not to be told from one that is not", () => {
  it.each(Object.keys(programs))("%s", (name) => {
    const source = programs[name] ?? "";
    for (const piece of [1, 7, 100_000]) {
      const expected = seen(source, NEVER, piece);
      expect(seen(source, 0, piece)).toBe(expected);
      expect(seen(source, 3, piece)).toBe(expected);
    }
  });

  it.each([...Object.entries(scriptCases), ["deprecated", deprecatedCases] as const])(
    "as it stands beside redis-server: %s",
    (_, cases) => {
      for (const script of cases) {
        const [source, keys, args] = typeof script === "string" ? [script, [], []] : script;
        const expected = seen(source, NEVER, 50, keys, args);
        expect(`${source}\n${seen(source, 0, 50, keys, args)}`).toBe(`${source}\n${expected}`);
      }
    },
  );
});

describe("a function becomes one of JavaScript", () => {
  afterEach(() => vi.unstubAllGlobals());

  function ranBy(source: string, hotAt?: number): [Closure, readonly LuaValue[]] {
    const machine = makeMachine(new LuaTable());
    if (hotAt !== undefined) machine.hotAt = hotAt;
    const closure = machine.load(source, "user_script");
    machine.begin(closure, []);
    expect(machine.run(1_000_000)).toBe(true);
    return [closure, machine.results];
  }

  function bodies({ prototype }: Closure): readonly unknown[] {
    return (prototype.parts ?? []).map(({ body }) => body);
  }

  it("when its loops are hot, and not before", () => {
    expect(bodies(ranBy("for i = 1, 10 do end return 1")[0])).toEqual([]);
    expect(bodies(ranBy("for i = 1, 10000 do end return 1")[0])).toEqual([expect.any(Function)]);
  });

  it("without any text of the script in its source", () => {
    const [closure] = ranBy(
      "local t = {['`${x}`\\\\\"'] = 'evil'} t.b = string and t.evil return t.b",
      0,
    );
    expect(String(bodies(closure))).not.toMatch(/evil|string\.|[`\\]/);
  });

  it("unless the page's policy forbids it: it runs all the same", () => {
    vi.stubGlobal("Function", function forbidden() {
      throw new EvalError("unsafe-eval");
    });
    const [closure, results] = ranBy("local s = 0 for i = 1, 5000 do s = s + i end return s");
    expect(bodies(closure)).toEqual([undefined]);
    expect(results).toEqual([12_502_500]);
  });

  it("unless it is too large for V8 to compile", () => {
    const source = `local s = 0 for i = 1, 60 do ${"s = s + i ".repeat(2000)} end return s`;
    const [closure, results] = ranBy(source, 10);
    expect(bodies(closure)).toEqual([undefined]);
    expect(results).toEqual([2000 * 1830]);
  });
});
