/** Sessions of the Lua debugger, to be typed to a real redis-server and to ours. */

export interface DebuggerSession {
  readonly name: string;
  readonly script: string;
  readonly keys?: readonly string[];
  readonly args?: readonly string[];
  /** Requests that other clients have made before. */
  readonly before?: readonly (readonly string[])[];
  /** Words parted by blanks, or bytes as they are. "steps": to the end, line by line. */
  readonly typed: readonly (string | { readonly raw: string })[] | "steps";
}

export const debuggerSessions: readonly DebuggerSession[] = [
  {
    name: "hello",
    script: "return 'hello'",
    typed: "steps",
  },
  {
    name: "empty",
    script: "",
    typed: "steps",
  },
  {
    name: "two",
    script: "local a = 1\nlocal b = 2\nreturn a + b\n\n",
    typed: "steps",
  },
  {
    name: "for",
    script: "local n = 0\nfor i = 1, 3 do\n  n = n + i\n  redis.call('set', 'k', n)\nend\nreturn n",
    typed: "steps",
  },
  {
    name: "foreach",
    script: "local t = {}\nfor i, v in ipairs({1,2,3}) do\n  t[i] = v\n  t[v] = i\nend\nreturn t",
    typed: "steps",
  },
  {
    name: "while",
    script:
      "local i = 0\nwhile i < 3 do\n  i = i + 1\n  if i == 2 then\n    redis.call('incr', 'k2')\n  end\nend\nreturn i",
    typed: "steps",
  },
  {
    name: "repeat",
    script: "local i = 0\nrepeat\n  i = i + 1\n  local j = i\nuntil j >= 3\nreturn i",
    typed: "steps",
  },
  {
    name: "ifs",
    script:
      "local a, b = 1, nil\nif a then\n  if b then\n    a = 2\n  elseif a == 1 then\n    a = 3\n  end\nelse\n  a = 4\nend\nif not b then a = 5 else a = 6 end\nif b then\n a = 7\nelse\n a = 8\nend\nreturn a",
    typed: "steps",
  },
  {
    name: "nestedif",
    script:
      "local a, b = 1, 1\nif a then\n  if b then\n    a = 2\n  end\nelse\n  a = 4\nend\nreturn a",
    typed: "steps",
  },
  {
    name: "func",
    script:
      "local function f(x)\n  local y = x * 2\n  return y\nend\nlocal g = function(a)\n  return f(a)\nend\nlocal z = f(1)\nlocal w = g(2) + 1\nreturn {z, w}",
    typed: "steps",
  },
  {
    name: "nils",
    script: "local a\nlocal b\nlocal c = 1\nlocal d\nlocal e = nil\nlocal f\nreturn c",
    typed: "steps",
  },
  {
    name: "multiline",
    script:
      "local t = {\n  1,\n  2,\n  a = 3,\n  [4] = 'x',\n  'last'\n}\nredis.call('set',\n  'a',\n  'b'\n)\nredis.call('set',\n  KEYS[1],\n  ARGV[1])\nlocal s = 'a' ..\n  'b' ..\n  KEYS[1]\nreturn redis.call('get',\n  KEYS[1])",
    keys: ["k"],
    args: ["v"],
    typed: "steps",
  },
  {
    name: "multi2",
    script:
      "local x = 1 +\n  2 *\n  tonumber('3')\nlocal y = {\n  {1,\n   2},\n  {3},\n}\nlocal z = math.max(\n  x,\n  #y\n)\nlocal ok, e = pcall(function()\n  error('x')\nend)\nreturn {\n x,\n z,\n}",
    typed: "steps",
  },
  {
    name: "break",
    script:
      "for i = 1, 10 do\n  if i == 2 then\n    break\n  end\nend\nlocal i = 0\nwhile true do\n  i = i + 1\n  if i > 2 then break end\nend\nreturn i",
    typed: "steps",
  },
  {
    name: "closure",
    script:
      "local fs = {}\nfor i = 1, 2 do\n  local j = i\n  fs[i] = function() return j end\nend\nreturn fs[1]() + fs[2]()",
    typed: "steps",
  },
  {
    name: "coroutine",
    script:
      "local c = coroutine.wrap(function(a)\n  local b = coroutine.yield(a)\n  return b\nend)\nlocal x = c(1)\nlocal y = c(2)\nreturn {x, y}",
    typed: "steps",
  },
  {
    name: "strings in a loop",
    script: "for w in string.gmatch('a b', '%a') do\n  redis.debug(w)\nend\nreturn 1",
    typed: "steps",
  },
  {
    name: "shebang",
    script: "#!lua\nlocal a = 1\nreturn a",
    typed: "steps",
  },
  {
    name: "oneline loop",
    script: "local a = 0 for i = 1, 2 do a = a + i end while a > 0 do a = a - 1 end return a",
    typed: "steps",
  },
  {
    name: "tail",
    script:
      "local function f(n)\n  if n == 0 then\n    return 'done'\n  end\n  return f(n - 1)\nend\nreturn f(3)",
    typed: "steps",
  },
  {
    name: "error",
    script: "local a = nil\nlocal b = a.x\nreturn b",
    typed: "steps",
  },
  {
    name: "call error",
    script: "redis.call('nosuch')\nreturn 1",
    typed: "steps",
  },
  {
    name: "pcall error",
    script:
      "local r = redis.pcall('lpush', 'str', 'x')\nlocal t = redis.error_reply('My Err')\nlocal u = redis.status_reply('FINE')\nredis.call('get')\nreturn r",
    before: [["set", "str", "x"]],
    typed: "steps",
  },
  {
    name: "compile error",
    script: "return )",
    typed: "steps",
  },
  {
    name: "setresp",
    script:
      "redis.setresp(3)\nredis.call('hset', 'h', 'a', '1')\nredis.call('hgetall', 'h')\nredis.call('smembers', 'nos')\nredis.call('get', 'nokey')\nredis.call('del','z')\nredis.call('zadd','z','1.5','m')\nredis.call('zscore', 'z', 'm')\nreturn 1",
    before: [["del", "h"]],
    typed: "steps",
  },
  {
    name: "variables",
    script:
      "local a = 1\nlocal b = 'two'\nlocal t = {1, 'x', {n = {true}}}\nlocal function f(p, ...)\n  local q = p .. 'z'\n  redis.breakpoint()\n  return q\nend\nfor i = 1, 2 do\n  local s = f(i)\n  redis.debug(s, i, t, nil, 1.5, 1e20, -0.1)\nend\nfor k, v in pairs({5}) do\n  a = a + v\nend\nreturn redis.call('set', KEYS[1], a)",
    keys: ["k1"],
    args: ["a1", 'a\n2\u0001\u00ff"'],
    typed: [
      "p",
      "p a",
      "p KEYS",
      "p ARGV",
      "p nope",
      "s",
      "p",
      "s",
      "p",
      "p t",
      "c",
      "p",
      "p a",
      "p q",
      "p i",
      "t",
      "w",
      "l",
      "l 2",
      "l 0",
      "l 3 1",
      "l 1 0",
      "l 100",
      "l -3",
      "l x",
      "s",
      "s",
      "t",
      "c",
      "p",
      "c",
      "c",
      "p a",
    ],
  },
  {
    name: "breakpoints",
    script: "local a = 1\na = 2\na = 3\na = 4\nreturn a",
    typed: [
      "b",
      "b 3",
      "b 3",
      "b 99",
      "b x",
      "b 4 2",
      "b",
      "l",
      "c",
      "c",
      "b 0",
      "b",
      "b -7",
      "b 5 5",
      "b -5",
      "c",
      "p a",
      "c",
    ],
  },
  {
    name: "code beside the script",
    script: "local a = 1\nlocal b = 2\nreturn a + b",
    keys: ["kk"],
    args: ["1"],
    typed: [
      "e 1 + 1",
      "e return 5",
      "e nope",
      "e a",
      "e local x = 3 return x * 2",
      "e )(",
      "e {1,2,{3}}",
      "e redis.call('set','ek','ev')",
      "e redis.call('get','ek')",
      "eval tostring(nil) .. 'x'",
      "e error('boom')",
      "e nil .. 'x'",
      "e 'a', 'b'",
      "EVAL KEYS",
      "E ARGV[1]",
      "e string.rep('ab', 300)",
      "s",
      "c",
    ],
  },
  {
    name: "commands beside the script",
    script: "local a = 1\nreturn redis.call('get', 'rk')",
    typed: [
      "r set rk 5",
      "r",
      "r get rk",
      "redis lpush rk 1",
      "r nosuch a b",
      "r get",
      "r lrange nolist 0 -1",
      "r mset 1 2 3 4 5 6 7 8 9 10 11 12",
      "r mset a b c d e f g h i",
      "r mset a b c d e f g h",
      "REDIS incr rk",
      "s",
      "s",
      "s",
    ],
  },
  {
    name: "maxlen",
    script:
      "local a = string.rep('x', 500)\nlocal b = {a, a}\nlocal c = redis.call('set', 'big', a)\nredis.call('get', 'big')\nreturn 1",
    typed: [
      "s",
      "p a",
      "p a",
      "m",
      "m 10",
      "p a",
      "m 0",
      "p a",
      "m 100",
      "s",
      "s",
      "s",
      "p b",
      "m -5",
      "m x",
      "m 70",
      "p b",
      "s",
      "s",
    ],
  },
  {
    name: "abort",
    script: "local a = 1\nredis.call('set', 'ab', '1')\nreturn 1",
    typed: ["s", "s", "a"],
  },
  {
    name: "abort caught",
    script:
      "local a = 1\nlocal ok, e = pcall(function()\n  local x = 1\n  return x\nend)\nreturn {tostring(ok), e}",
    typed: ["s", "s", "s", "abort", "s", "s"],
  },
  {
    name: "abort xpcall",
    script:
      "local ok, e = xpcall(function()\n  local x = 1\nend, function(m) return m.err end)\nreturn {tostring(ok), e}",
    typed: ["s", "s", "abort", "s", "s"],
  },
  {
    name: "abort at pcall of C",
    script: "return redis.pcall('get', 'x')",
    typed: ["abort"],
  },
  {
    name: "unknown",
    script: "return 1",
    typed: ["hello", "hello\u0000world", "\u0000hello", "\u0000hello\u0000", "n"],
  },
  {
    name: "proto1",
    script: "local a\nreturn 1",
    typed: [{ raw: "step\r\n" }],
  },
  {
    name: "proto2",
    script: "return 1",
    typed: [{ raw: "*0\r\n" }],
  },
  {
    name: "proto3",
    script: "return 1",
    typed: [{ raw: "*1\r\n$0\r\n\r\n" }],
  },
  {
    name: "proto4",
    script: "return 1",
    typed: [{ raw: "*1\r\n:1\r\n" }],
  },
  {
    name: "proto5",
    script: "return 1",
    typed: [{ raw: "*1\r\n$2\r\nabc\r\n" }],
  },
  {
    name: "proto6",
    script: "return 1",
    typed: [{ raw: "\r\n*1\r\n$1\r\nn\r\n" }],
  },
  {
    name: "proto7",
    script: "return 1",
    typed: [{ raw: "*1025\r\n" }],
  },
  {
    name: "proto8",
    script: "return 1",
    typed: [{ raw: "*2\r\n$1\r\ne\r\n$1025\r\n" }],
  },
  {
    name: "overflow",
    script: "return 'hello'",
    typed: [
      {
        raw: "*101\r\n$5\r\nredis\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n$4\r\ntest\r\n",
      },
      "s",
    ],
  },
  {
    name: "breakpoint fn",
    script: "local a = redis.breakpoint()\nlocal b = 1\nreturn a",
    typed: ["c", "p", "c", "c"],
  },
  {
    name: "nobp",
    script: "redis.debug('x')\nreturn 1",
    typed: ["c"],
  },
  {
    name: "recursive",
    script:
      "local function f(n)\n  if n == 0 then\n    return 0\n  end\n  local r = f(n - 1)\n  return r + 1\nend\nlocal o = {m = function(self, x)\n  return f(x)\nend}\nlocal q = o:m(2)\nreturn q",
    typed: ["b 3", "c", "t", "p n", "p", "s", "t", "p r", "c", "t"],
  },
  {
    name: "tables",
    script:
      "local t = {a = 1}\nlocal d = {} for i = 1, 15 do d = {d} end\nlocal e = {}\nlocal h = {nil, 2}\nlocal n = {1, 2, nil, 4}\nlocal m = {[1.5] = true}\nlocal z = 0/0\nlocal inf = 1/0\nlocal neg = -0\nlocal big = 123456789\nreturn 1",
    typed: ["s", "s", "s", "s", "s", "s", "s", "s", "s", "s", "s", "p"],
  },
  {
    name: "cr",
    script: "return 'a\r\nb'",
    typed: ["s"],
  },
  {
    name: "crlf src",
    script: "local a = 1\r\nreturn a\r\n",
    typed: ["s", "w", "s"],
  },
  {
    name: "loadstring",
    script:
      "local f = loadstring('local a = 1\\nlocal b = 2\\nreturn a + b')\nlocal r = f()\nlocal g = loadstring('return 1\\n', '@user_script2')\nlocal s = g()\nreturn r",
    typed: ["s", "s", "s", "s", "s", "s", "s", "s", "s", "s", "s", "s"],
  },
  {
    name: "setmt",
    script:
      "local t = setmetatable({}, {__index = function(t, k)\n  return k\nend, __add = function(a, b)\n  return 5\nend, __lt = function() return true end})\nlocal a = t.foo\nlocal b = t + 1\nlocal c = t < t\nreturn tostring(c)",
    typed: ["s", "s", "s", "t", "s", "s", "t", "s", "s", "s", "s", "s", "s", "s"],
  },
  {
    name: "sort",
    script: "local t = {3, 1, 2}\ntable.sort(t, function(a, b)\n  return a < b\nend)\nreturn t",
    typed: ["s", "s", "s", "t", "p", "c"],
  },
  {
    name: "gsub",
    script: "local s = string.gsub('abc', '%w', function(x)\n  return x .. x\nend)\nreturn s",
    typed: ["s", "s", "t", "p", "c"],
  },
  {
    name: "vararg",
    script:
      "local function f(...)\n  local a, b = ...\n  return select('#', ...)\nend\nreturn f(1, nil, 3)",
    typed: ["s", "s", "p", "s", "p", "s"],
  },
  {
    name: "dofor",
    script:
      "local n = 0\nfor i = 3, 1, -1 do\n  do\n    local x = i\n    n = n + x\n  end\nend\nreturn n",
    typed: ["s", "s", "p", "s", "p", "s", "p", "c"],
  },
  {
    name: "andor",
    script:
      "local a = nil\nlocal b = a and 1 or 2\nlocal c = a == nil\nlocal d = not a\nif a or\n  b then\n  c = 1\nend\nreturn c",
    typed: [
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
      "s",
    ],
  },
  {
    name: "longargs",
    script:
      "return redis.call('mset', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12')",
    typed: ["s"],
  },
  {
    name: "a call over lines at the end",
    script: "redis.call('set',\n  'a',\n  'b'\n)",
    typed: "steps",
  },
  {
    name: "loops that end at once",
    script: "while true do break end return 1",
    typed: "steps",
  },
  {
    name: "iterators",
    script: "for _, v in ipairs({1}) do\n  v = 1\nend",
    typed: "steps",
  },
];
