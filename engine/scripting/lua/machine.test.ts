import { describe, expect, it } from "vitest";
import { makeMachine } from "../environment.ts";
import { LuaError, LuaSyntaxError } from "./errors.ts";
import type { LuaMachine } from "./machine.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./values.ts";

function run(source: string, budget = 1_000_000): readonly LuaValue[] {
  const machine = makeMachine(new LuaTable());
  machine.begin(machine.load(source, "chunk"), []);
  if (!machine.run(budget)) throw new Error("paused");
  return machine.results;
}

/** Runs in pieces of few loops and calls. Returns its results and how often it paused. */
function runInPieces(
  machine: LuaMachine,
  source: string,
  budget: number,
): [readonly LuaValue[], number] {
  machine.begin(machine.load(source, "chunk"), []);
  let pauses = 0;
  while (!machine.run(budget)) pauses++;
  return [machine.results, pauses];
}

function errorOf(source: string): string {
  try {
    run(source);
    return "none";
  } catch (error) {
    if (error instanceof LuaError || error instanceof LuaSyntaxError) return error.message;
    throw error;
  }
}

describe("a script runs", () => {
  it.each<[string, readonly LuaValue[]]>([
    ["return 1 + 2, 'a' .. 'b' .. 1, #'xyz', 7 % -3, 2 ^ 10", [3, "ab1", 3, -2, 1024]],
    ["local s = 0 for i = 10, 1, -3 do s = s + i end return s", [22]],
    ["local s = 0 for i, v in ipairs({1, 2, nil, 4}) do s = s + v end return s", [3]],
    ["return #{1, 2, 3, nil, 5}, #{1, nil, nil}, select('#', nil, nil)", [5, 1, 2]],
    ["local i = 0 repeat local j = i i = i + 1 until j >= 3 return i", [4]],
    ["local i, t = 1, {} i, t[i] = i + 1, 20 return i, t[1], t[2]", [2, 20, undefined]],
    ["local a = 1 a = a and {a} return a[1]", [1]],
    ["return 1 and 2, nil and 2, false or 3, nil == false", [2, undefined, 3, false]],
    ["return (function(...) return select('#', ...) end)(1, nil, nil)", [3]],
    ["return ((function() return 1, 2 end)())", [1]],
    ["return pcall(function(...) return ... end, 1, nil, 3)", [true, 1, undefined, 3]],
    ["return string.char(2^63, 2^32 + 65), string.rep('x', 1e100)", ["\0A", ""]],
    ["return string.format('%c%3s|%c', 65, 'b\\0c', 1e164)", ["A  b|"]],
    ["return tostring(0/0), string.format('%g', 0/0)", ["-nan", "-nan"]],
    ["return #string.format('%3s', ('\\0'):rep(100))", [100]],
    ["return string.format('%x %x', 1e215, -1)", ["0 ffffffffffffffff"]],
    ["return bit.tobit(7.383756832808958e+115), bit.tobit(2.5)", [-1056968280, 2]],
    [
      "local _, rest = math.modf(0/0) return tostring(rest), math.modf(-1/0)",
      ["-nan", -Infinity, -0],
    ],
    ["return ('12\\0x') + 1, tonumber('\\0')", [13, undefined]],
    ["return ('ab'):gsub('b', '%')", ["a\0", 1]],
    ["return string.format('%#o|%#o', 0, 8)", ["0|010"]],
    ["return struct.pack('>ll', 0/0, 1e300)", [`\x80${"\0".repeat(15)}`]],
    ["return ('ab'):find('()%1')", [undefined]],
    ["return struct.unpack('sc0', '3\\0abc')", ["abc", 6]],
    ["return string.format('%5.1f|%x|%q', 2.25, 255, 'a\\nb')", ['  2.2|ff|"a\\\nb"']],
    ["return ('a1b22'):gsub('%d+', function(d) return '<' .. d .. '>' end)", ["a<1>b<22>", 2]],
  ])("%s", (source, expected) => {
    expect(run(source)).toEqual(expected);
  });

  it("gives every turn of a loop a variable of its own", () => {
    const source = `local f = {}
      for i = 1, 3 do f[i] = function() i = i + 1 return i end end
      return f[1](), f[1](), f[2](), f[3]()`;
    expect(run(source)).toEqual([2, 3, 3, 4]);
  });

  it("keeps what a function captured after its frame is gone, shared by those that captured it", () => {
    const source = `local function pair() local n = 0
      return function() n = n + 1 return n end, function() return n end end
      local more, now = pair() more() more() return now()`;
    expect(run(source)).toEqual([2]);
  });

  it("passes values in and out of coroutines, and errors to who resumes them", () => {
    const source = `local co = coroutine.create(function(a)
        local b = coroutine.yield(a + 1)
        error('with ' .. b, 0)
      end)
      local ok, first = coroutine.resume(co, 1)
      local failed, why = coroutine.resume(co, 'this')
      return first, failed, why, coroutine.status(co), coroutine.resume(co)`;
    const expected = [2, false, "with this", "dead", false, "cannot resume dead coroutine"];
    expect(run(source)).toEqual(expected);
  });

  it("removes entries while it goes through a table", () => {
    const source = `local t = {a = 1, b = 2, c = 3} for i = 1, 50 do t[i] = i end
      local seen = 0
      for k in pairs(t) do t[k] = nil seen = seen + 1 end
      return seen, next(t)`;
    expect(run(source)).toEqual([53, undefined]);
  });

  it("goes through a table whose keys moved from its hash to its array", () => {
    const source = `local t = {} t.x = 0 for i = 40, 1, -1 do t[i] = i end
      local seen, sum = 0, 0
      for k, v in pairs(t) do t[k] = nil seen = seen + 1 sum = sum + v end
      return seen, sum`;
    expect(run(source)).toEqual([41, 820]);
  });

  it("calls as deeply as Lua, and tail calls without end", () => {
    expect(errorOf("local function f() return f() + 1 end return f()")).toBe(
      "chunk:1: stack overflow",
    );
    const source =
      "local function f(n) if n == 0 then return 'end' end return f(n - 1) end return f(100000)";
    expect(run(source)).toEqual(["end"]);
  });
});

describe("errors", () => {
  it.each([
    ["local x x.y = 1", "chunk:1: attempt to index local 'x' (a nil value)"],
    ["local t = {} return (t[-1])[2]", "chunk:1: attempt to index field '?' (a nil value)"],
    ["local t = {} t.a.b = 1", "chunk:1: attempt to index field 'a' (a nil value)"],
    ["\n\nlocal t = {} t:go()", "chunk:3: attempt to call method 'go' (a nil value)"],
    [
      "local s = 'x' return s + 1",
      "chunk:1: attempt to perform arithmetic on local 's' (a string value)",
    ],
    ["struct.pack('bs', 1)", "chunk:1: bad argument #3 to 'pack' (string expected, got nil)"],
    [
      "struct.unpack('b', 'abc', -1)",
      "chunk:1: bad argument #2 to 'unpack' (data string too short)",
    ],
    ["return {} < 1", "chunk:1: attempt to compare table with number"],
    ["return 'x' .. {}", "chunk:1: attempt to concatenate a table value"],
    ["string.rep()", "chunk:1: bad argument #1 to 'rep' (string expected, got no value)"],
    ["x = = 1", "chunk:1: unexpected symbol near '='"],
    ["if x then", "chunk:1: 'end' expected near '<eof>'"],
    ["do\nlocal x = 1\n", "chunk:3: 'end' expected (to close 'do' at line 1) near '<eof>'"],
    ["return 'abc", "chunk:1: unfinished string near '<eof>'"],
    ["break", "chunk:1: no loop to break near '<eof>'"],
    ["return nosuch", "chunk:1: Script attempted to access nonexistent global variable 'nosuch'"],
    ["nosuch = 1", "chunk:1: Attempt to modify a readonly table"],
  ])("%s", (source, expected) => {
    expect(errorOf(source)).toBe(expected);
  });

  it("refuses a source that is nested without end instead of running out of stack", () => {
    expect(errorOf(`return ${"(".repeat(5000)}`)).toMatch(/chunk has too many syntax levels/);
    expect(errorOf(`return ${"{".repeat(5000)}`)).toMatch(/chunk has too many syntax levels/);
    expect(errorOf(`x = ${"not ".repeat(5000)}1`)).toMatch(/chunk has too many syntax levels/);
  });
});

describe("a script pauses", () => {
  const sources = [
    "local s = 0 for i = 1, 1000 do s = s + i end return s",
    "local i = 0 while i < 1000 do i = i + 1 end return i",
    "local i = 0 repeat i = i + 1 until i >= 1000 return i",
    "local s = 0 for k, v in pairs({1, 2, 3}) do for j = 1, 300 do s = s + v end end return s",
    "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(12)",
    "return pcall(function() for i = 1, 500 do end error('late', 0) end)",
    "local co = coroutine.wrap(function() for i = 1, 300 do coroutine.yield(i) end end) local s = 0 for i = 1, 300 do s = s + co() end return s",
  ];
  for (const source of sources) {
    it(`and goes on to the same end: ${source}`, () => {
      const [whole, none] = runInPieces(makeMachine(new LuaTable()), source, 1_000_000);
      const [pieces, pauses] = runInPieces(makeMachine(new LuaTable()), source, 7);
      expect(none).toBe(0);
      expect(pauses).toBeGreaterThan(20);
      expect(pieces).toEqual(whole);
    });
  }

  it("also in a loop that catches everything", () => {
    const machine = makeMachine(new LuaTable());
    const source = "while true do pcall(function() while true do end end) end";
    machine.begin(machine.load(source, "chunk"), []);
    for (let piece = 0; piece < 50; piece++) expect(machine.run(1000)).toBe(false);
  });

  const inside = [
    "table.sort({1, 2, 3}, function() while true do end end)",
    "('x'):gsub('x', function() while true do end end)",
    "string.find(('a'):rep(40), ('a*'):rep(20) .. 'b')",
    "local t = setmetatable({}, {__index = function() while true do end end}) return t.x",
    "local t = setmetatable({}, {__eq = function() while true do end end}) return t == setmetatable({}, getmetatable(t))",
    "local t = setmetatable({}, {__concat = function() while true do end end}) return 'a' .. t .. 'b'",
    "return tostring(setmetatable({}, {__tostring = function() while true do end end}))",
    "return load(function() while true do end end)",
    "xpcall(error, function() while true do end end)",
    "table.foreach({1}, function() while true do end end)",
    "for x in setmetatable({}, {__call = function() while true do end end}) do end",
    "while true do pcall(error) end",
    "while true do pcall(string.rep) end",
    "local function f() return pcall(f) end while true do f() end",
    "while true do coroutine.wrap(function() coroutine.yield() end)() end",
  ];
  for (const source of inside) {
    it(`also there: ${source}`, () => {
      const machine = makeMachine(new LuaTable());
      machine.begin(machine.load(source, "chunk"), []);
      for (let piece = 0; piece < 20; piece++) expect(machine.run(1000)).toBe(false);
    });
  }
});

describe("a script may hold so much memory, and no more", () => {
  /** In a machine whose scripts may hold 4 MiB. */
  function runWithLittle(source: string): LuaValue {
    const machine = makeMachine(new LuaTable());
    machine.mostBytes = 4 << 20;
    machine.begin(machine.load(source, "chunk"), []);
    try {
      while (!machine.run(100_000));
      return machine.results[0];
    } catch (error) {
      return error instanceof LuaError ? error.message : String(error);
    }
  }

  it.each([
    "local t = {} while true do t[#t + 1] = #t end",
    "local t = {} while true do t[#t + 1] = {} end",
    "local t, n = {}, 0 while true do n = n + 1 t['k' .. n] = true end",
    "local t = {} while true do t[#t + 1] = string.rep('x', 1e5) .. #t end",
    "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
    "local t = {} while true do t[#t + 1] = function() return t end end",
    "local function f(...) return 1 + f(1, ...) end f()",
    "local s = 'x' while true do s = s .. s end",
    "local s = ('x'):rep(3e6) return s .. 'y' .. s",
    "return ('a'):rep(1e4):gsub('a', ('b'):rep(1e4))",
    "local t = {} for i = 1, 100 do t[i] = ('x'):rep(1e5) end return #table.concat(t)",
    "return ('%s'):rep(100):format(unpack((function() local t = {} for i = 1, 100 do t[i] = ('x'):rep(1e5) end return t end)()))",
    "local s = ('x'):rep(1e6) return cjson.encode({s, s, s, s, s})",
    "local s = ('x'):rep(1e6) return cmsgpack.pack({s, s, s, s, s})",
    "return cjson.decode('[' .. ('{},'):rep(5e4) .. '1]')",
    "return cmsgpack.unpack(string.char(0xdd, 0, 0, 0xff, 0xff) .. string.char(0x90):rep(65535))",
    "return struct.pack(('x'):rep(5e6))",
    "local t = {} for i = 1, 200 do t[i] = ('x'):rep(1e5):reverse():upper() .. i end",
  ])("%s", (source) => {
    expect(runWithLittle(source)).toMatch(/^(?:chunk:1: )?not enough memory$/);
  });

  it("and pcall catches the error, as in Lua", () => {
    const source =
      "return select(2, pcall(function() local t = {} while true do t[#t + 1] = {} end end))";
    expect(runWithLittle(source)).toBe("not enough memory");
  });

  it("but what it no longer holds does not count, and what it holds in many places counts once", () => {
    const dropped = "local s for i = 1, 1000 do s = ('x'):rep(1e5) .. i end return #s";
    expect(runWithLittle(dropped)).toBe(100_004);
    const shared = "local s, t = ('x'):rep(1e6), {} for i = 1, 1e4 do t[i] = s end return #t";
    expect(runWithLittle(shared)).toBe(10_000);
    const cut = "local t = {} for i = 1, 1000 do t[i] = ('x'):rep(1e5):sub(1, 20) end return #t";
    expect(runWithLittle(cut)).toBe(1000);
  });
});
