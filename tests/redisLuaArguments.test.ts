/**
 * Every function that scripts have, called with arguments by lot, mostly wrong ones: what it gives back, or its error, beside a real
 * redis-server 7.0. Each call is made twice: by pcall itself, which knows no name of what it calls, and inside a Lua function.
 */
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { latin1Of } from "../engine/bytes/latin1.ts";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { RealServer } from "../fuzz/realServer.ts";

const functions: Readonly<Record<string, string>> = {
  "": "assert error getmetatable ipairs load loadstring next pairs pcall rawequal rawget rawset select setmetatable tonumber tostring type unpack xpcall",
  "string.": "byte char find format gmatch gsub len lower match reverse sub upper",
  "table.": "concat foreach foreachi getn insert maxn remove setn sort",
  "math.":
    "abs acos asin atan atan2 ceil cos deg exp floor fmod frexp ldexp log log10 max min mod modf pow rad sin sqrt tan",
  "cjson.":
    "decode decode_invalid_numbers decode_max_depth encode encode_invalid_numbers encode_keep_buffer encode_max_depth encode_number_precision encode_sparse_array",
  "cmsgpack.": "pack unpack unpack_limit unpack_one",
  "struct.": "pack size unpack",
  "bit.": "arshift band bnot bor bswap bxor lshift rol ror rshift tobit tohex",
  "coroutine.": "create resume running status wrap yield",
  "redis.":
    "acl_check_cmd call error_reply log pcall replicate_commands set_repl setresp sha1hex status_reply",
};

const names = Object.entries(functions).flatMap(([library, all]) =>
  all.split(" ").map((name) => library + name),
);

const values = [
  "nil",
  "true",
  "0",
  "1",
  "-1",
  "1.5",
  "2^53",
  "1/0",
  "-1/0",
  '"x"',
  '"10"',
  '""',
  '"%d"',
  "{}",
  "{1,2,3}",
  "{a=1}",
  "function() end",
  "coroutine.create(function() end)",
];

/** A NaN has a sign in C, and next may go on behind a number that an array once had: neither is drawn. */
const drawn = fc
  .array(fc.constantFrom(...values), { maxLength: 3 })
  .filter((all) => !(all[0] === "{}" || all[0]?.startsWith("{") === true) || all[1] !== "1");

/** What values are, without addresses, which differ from run to run; a NaN without its sign. */
const TOLD = `
local function told(...)
  local all = {}
  for place = 1, select('#', ...) do
    local value = select(place, ...)
    local kind = type(value)
    local text = tostring(value)
    if kind == 'number' then
      text = value ~= value and 'nan' or string.format('%.15g', value)
    elseif kind == 'table' then
      text = tostring(value.err) .. ' ' .. tostring(value.ok) .. ' ' .. #value
    elseif kind == 'string' then
      text = string.gsub(text, '0x%x+', '0x')
    elseif kind ~= 'boolean' then
      text = ''
    end
    all[place] = kind .. ' ' .. text
  end
  return table.concat(all, ', ')
end
return {`;

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(() => server.stop());

it("functions of Lua and its libraries take and refuse arguments as a real redis-server's do", async () => {
  const real = server.connect();
  const ours = new TestExecutor();
  const different: unknown[] = [];
  for (const [index, name] of names.entries()) {
    const numRuns = 60;
    const calls = fc.sample(drawn, { numRuns, seed: 9100 + index }).flatMap((all) => {
      const args = all.join(", ");
      return [
        `pcall(${[name, ...all].join(", ")})`,
        `pcall(function() return ${name}(${args}) end)`,
      ];
    });
    const script = `${TOLD}\n${calls.map((call) => `told(${call})`).join(",\n")}}`;
    const theirs = latin1OfEval(await real.ask(["EVAL", script, "0"]));
    const mine = latin1OfEval(latin1Of(ours.execute(["EVAL", script, "0"]).reply));
    expect(theirs.length).toBe(2 * numRuns);
    for (const [place, call] of calls.entries()) {
      const [here, there] = [mine[place], theirs[place]];
      if (here !== there) different.push({ call, here, there });
    }
  }
  real.end();
  expect(different).toEqual([]);
});

/** The strings of an array; an error as it is. */
function latin1OfEval(reply: string): string[] {
  if (!reply.startsWith("*")) return [reply];
  const texts: string[] = [];
  let at = reply.indexOf("\r\n") + 2;
  while (at < reply.length) {
    const end = reply.indexOf("\r\n", at);
    const length = Number(reply.slice(at + 1, end));
    texts.push(reply.slice(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return texts;
}
