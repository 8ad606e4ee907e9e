/**
 * Scripts by lot. What may stand where is written as templates: `$e` is any expression, `$S` statements, and each other letter one kind of
 * value. Tables have at most one key beside their array: the order of more is that of a hash table in C's Lua.
 */
import * as fc from "fast-check";
import type { Request } from "../grammar.ts";

/** What `$` and a letter stand for. */
type Holes = Readonly<Record<string, fc.Arbitrary<string>>>;

/** Text as a literal of Lua. */
function quoted(text: string): string {
  const escaped = Array.from(text, (char) => {
    const code = char.charCodeAt(0);
    const isPlain = code >= 32 && code < 127 && char !== "'" && char !== "\\";
    return isPlain ? char : `\\${String(code).padStart(3, "0")}`;
  });
  return `'${escaped.join("")}'`;
}

const bytes = fc
  .uint8Array({ maxLength: 12 })
  .map((all) => all.reduce((text, byte) => text + String.fromCharCode(byte), ""));

/** What string.format knows, and does not. */
const formats: readonly string[] =
  "%s,%d,%5d|%-5d,%05.1f,%x,%#o,%q,%c,%g,%.17g,%e,%i,%%,%10.3s|,%+d,% d,%u,%,%y,%99d,%.14g,%a %s,a%sb%sc,%X".split(
    ",",
  );
/** The same of struct.pack. */
const packings: readonly string[] = "b,B,h,H,l,L,i4,I8,i3,f,d,s,c0,c4,x,>,<,!,!8,=, ,T,z,i33".split(
  ",",
);
/** First bytes of MessagePack: arrays, maps, texts and numbers of all lengths. */
const packedMarks: readonly string[] =
  "\x93,\x81,\xa3,\xc4,\xcb,\xca,\xd9,\xdc,\xdd,\xde,\xc7,\xcf,\xd3,\xe0,\xc0,\xc3".split(",");
const jsonAtoms: readonly string[] = [
  "1,-1.5e3,0,01,1e400,0x1f,-,12345678901234567890,0.1,+1,.5,nan,inf".split(","),
  'true,false,null,nul,"","a\\n\\u00e9","\\ud83d\\ude00","\\ud83d","\\x","\xff\x01","a/b\\/",[],{}'.split(
    ",",
  ),
].flat();

const literals: Holes = {
  i: fc.constantFrom("0", "1", "2", "3", "7", "-1", "-2", "10", "33", "100"),
  n: fc.oneof(
    fc.constantFrom("0", "1", "-1", "3.99", "-3.99", "0.1", "1e15", "1e100", "255", "256"),
    fc.constantFrom(
      "tonumber('-0')",
      "2^31",
      "2^32",
      "2^53",
      "-2^63",
      "2^63",
      "1/0",
      "-1/0",
      "0/0",
      "0x7f",
      "1e-7",
    ),
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  ),
  s: fc
    .oneof(
      fc.constantFrom("", "a", "hello world", "12", " 0x10 ", "1e2", "-ERR a b", "x\r\ny", "OK"),
      fc.constantFrom("key=val, k2=v2", "THE (quick) fox", "a.b.c", "\0\xff", "y".repeat(40)),
      bytes,
    )
    .map(quoted),
  // Patterns, and what stands for what they have found.
  p: fc
    .constantFrom("", ".", "%a+", "(%w+)=(%w+)", "[^%a]", "l+", "()", "^(.-)%s*$", "%b()", "%f[%a]")
    .chain((first) => fc.constantFrom("", "%d*", "[%", "(", "-", "%1", "$").map((p) => first + p))
    .map(quoted),
  r: fc.constantFrom(
    "'%1'",
    "'%0%0'",
    "'x'",
    "'%2'",
    "'%'",
    "{a='b'}",
    "string.upper",
    "true",
    "1",
  ),
  t: fc.constantFrom(...formats).map(quoted),
  f: fc.array(fc.constantFrom(...packings), { maxLength: 4 }).map((all) => quoted(all.join(""))),
  m: fc
    .oneof(
      bytes,
      fc.tuple(fc.constantFrom(...packedMarks), bytes).map((all) => all.join("")),
    )
    .map(quoted),
  j: jsonTexts().map(quoted),
};

/** Texts of JSON, some cut off or with a letter too many. */
function jsonTexts(): fc.Arbitrary<string> {
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...jsonAtoms),
      fc.array(tie("value"), { maxLength: 3 }).map((all) => `[${all.join(", ")}]`),
      fc
        .tuple(fc.constantFrom('"a"', '"1"', '""', "a", "1"), tie("value"))
        .map(([name, of]) => `{${name}:${of}}`),
    ),
  }));
  return fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 1, arbitrary: value.map((text) => text.slice(0, -1)) },
    { weight: 1, arbitrary: value.map((text) => `${text}x`) },
  );
}

const expressions: readonly string[] = [
  ["$n", "$s", "$i", "KEYS[$i]", "ARGV[$i]", "#ARGV", "a", "b", "true", "false", "nil"],
  ["($e + $e)", "($n - $e)", "($n * $e)", "($e / $n)", "($e % $n)", "($i ^ $i)", "($e .. $e)"],
  ["($e == $e)", "($e < $e)", "($e <= $e)", "($e and $e)", "($e or $e)", "not $e", "#($e)"],
  ["-($e)", "{$e,$e,$e}", "{$e}", "{x=$e}", "{[$i]=$e}", "($e)[$i]", "($e).ok", "($e).err"],
  ["type($e)", "str($e)", "tonumber($e)", "tonumber($s,$i)", "{select($i,$e,$e)}"],
  ["{unpack($e)}", "rawequal($e,$e)", "{pcall(function() return $e end)}"],
  ["string.len($e)", "string.sub($e,$i,$i)", "string.upper($e)", "string.reverse($e)"],
  ["string.byte($e,$i)", "string.char($n)", "string.rep($s,$i)", "{string.find($s,$p)}"],
  ["{string.find($s,$s,$i,true)}", "{string.match($s,$p)}", "{string.gsub($s,$p,$r)}"],
  ["string.format($t,$e)", "string.format($t,$n,$s)", "string.format($t,$s,$n)"],
  ["table.concat($e,$s)", "table.concat({$s,$n,$s},$s,$i)", "table.getn($e)", "table.maxn($e)"],
  ["(function() local t = {$n,$n,$n} table.sort(t) return t end)()"],
  ["(function() local t = {$s,$s} table.insert(t,$e) return t end)()"],
  ["math.floor($e)", "math.ceil($n)", "math.abs($e)", "math.max($n,$e)", "math.min($n,$n)"],
  ["math.fmod($n,$n)", "math.sqrt($n)", "{math.modf($n)}", "{math.frexp($n)}"],
  ["bit.band($n,$e)", "bit.bor($n,$n)", "bit.bxor($e,$n)", "bit.bnot($n)", "bit.tobit($n)"],
  ["bit.tohex($n,$i)", "bit.lshift($n,$i)", "bit.rshift($n,$i)", "bit.arshift($n,$n)"],
  ["bit.rol($n,$i)", "bit.ror($n,$i)", "bit.bswap($e)", "cjson.decode($j)", "cjson.decode($e)"],
  ["{cmsgpack.unpack($m)}", "{cmsgpack.unpack_one($m,$i)}", "{cmsgpack.unpack_limit($m,$i,$i)}"],
  ["struct.pack($f,$e,$e)", "struct.pack($f,$n,$s)", "struct.pack($f,$s)", "struct.size($f)"],
  ["{struct.unpack($f,$m)}", "{struct.unpack($f,$m,$i)}", "{struct.unpack($f,struct.pack($f,$n))}"],
  ["redis.sha1hex($e)", "redis.status_reply($s)", "redis.error_reply($s)", "redis.setresp($i)"],
  ["{ok=$s}", "{err=$s}", "{double=$n}", "{map={x=$e}}", "{set={[$s]=true}}", "{big_number=$s}"],
  ["{verbatim_string={format='txt',string=$s}}", "redis.acl_check_cmd($c)"],
  ["redis.call($c)", "redis.call($c)", "redis.pcall($c)", "redis.pcall($c)", "redis.call($e)"],
].flat();

/** What puts tables into bytes, in their order: a script that has these keeps nothing but what its commands name. */
const encoders: readonly string[] = [
  ["cjson.encode($e)", "cjson.encode($n)", "cjson.encode($s)", "cjson.encode(cjson.decode($j))"],
  ["cmsgpack.pack($e)", "cmsgpack.pack($n,$s)", "{cmsgpack.unpack(cmsgpack.pack($e,$e))}"],
].flat();
const keeping: readonly string[] = [
  ["redis.call('set',KEYS[1],$e)", "redis.call('rpush',KEYS[1],$e,$n)"],
  ["redis.pcall('hset',KEYS[1],$s,$e)", "redis.pcall('incrbyfloat',KEYS[1],$n)"],
].flat();

const statements: readonly string[] = [
  ["a = $e", "b = $e", "local c = $e a = c", "if $e then $S else $S end", "a, b = $e, $e"],
  ["for i = 1, 3 do $S end", "for i, v in ipairs($e) do a = v $S end", "while a do a = nil end"],
  ["redis.call($c)", "redis.call($c)", "redis.pcall($c)", "redis.setresp(3)", "redis.setresp(2)"],
  ["do local ok, e = pcall(function() $S end) if not ok then a = e end end", "do return $e end"],
  ["error($s)", "error({err=$s})", "error()", "g = $e", "\n", "if redis.call($c) then $S end"],
].flat();

/** Whole scripts. They run commands of `requests`, which must be such as leave the same on both servers. */
export function luaScripts(requests: fc.Arbitrary<Request>): fc.Arbitrary<string> {
  return fc.oneof(
    scriptsOf([...expressions, ...keeping], requests),
    scriptsOf([...expressions, ...encoders], requests),
  );
}

function scriptsOf(
  known: readonly string[],
  requests: fc.Arbitrary<Request>,
): fc.Arbitrary<string> {
  const words = requests.chain((argv) => fc.tuple(...argv.map(wordOf)).map((all) => all.join(",")));
  const simple = known.filter((one) => !one.includes("$e"));
  const flat = statements.filter((one) => !one.includes("$S"));
  const { expression, statement } = fc.letrec<Record<"expression" | "statement", string>>((tie) => {
    const some = fc.array(tie("statement"), { maxLength: 2 }).map((all) => all.join(" "));
    const holes = { ...literals, c: words, e: tie("expression"), S: some };
    return {
      expression: fc.oneof({ maxDepth: 3 }, filled(simple, holes), filled(known, holes)),
      statement: fc.oneof({ maxDepth: 2 }, filled(flat, holes), filled(statements, holes)),
    };
  });
  return fc
    .tuple(fc.array(statement, { maxLength: 4 }), fc.option(expression, { nil: "", freq: 9 }))
    .map(([body, result]) =>
      [beginning, ...body, result === "" ? "" : `return ${result}`].join(" "),
    );
}

/** `str`: tostring of all but what is told by an address. */
const beginning =
  "local a, b local function str(x) return type(x) == 'table' and 'table' or tostring(x) end";

/** A word of a command: mostly itself, now and then what the script was given. */
function wordOf(word: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(quoted(word)) },
    { weight: 1, arbitrary: fc.constantFrom("KEYS[1]", "ARGV[1]") },
  );
}

function filled(templates: readonly string[], holes: Holes): fc.Arbitrary<string> {
  return fc.oneof(
    ...templates.map((template) => {
      const parts = template.split(/\$(\w)/);
      const values = parts.map((part, index) =>
        index % 2 === 0 ? fc.constant(part) : (holes[part] ?? fc.constant("")),
      );
      return fc.tuple(...values).map((all) => all.join(""));
    }),
  );
}
