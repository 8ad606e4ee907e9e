/**
 * Scripts and functions that the kind "scripts" runs, and how they are told from each other. KEYS are the five keys of a group: two of
 * strings, one of a set, and twins that nothing else writes. ARGV: how many empty loops it makes between its commands (how long a
 * script takes changes nothing of what it does), a value, and perhaps what it has to draw.
 */
import { hexadecimal, sha1 } from "../../engine/bytes/sha1.ts";
import { latin1Bytes } from "../../engine/bytes/latin1.ts";

const LOOPS: string = "for i = 1, tonumber(ARGV[1]) do end";

type ScriptName =
  | "twins"
  | "several"
  | "exchange"
  | "fails"
  | "catches"
  | "refuses"
  | "random"
  | "watches"
  | "clock"
  | "anyKey"
  | "sample"
  | "pops"
  | "reads";

/** Texts by names; the first line of a text is its name, but for that of a script with flags. */
export const scripts: Readonly<Record<ScriptName, string>> = {
  twins: `-- twins
redis.call('SET', KEYS[4], ARGV[2]) ${LOOPS}
redis.call('SET', KEYS[5], ARGV[2]) return redis.call('GET', KEYS[4])`,
  several: `#!lua
-- several
local n = redis.call('APPEND', KEYS[1], ARGV[2]) ${LOOPS}
redis.call('SADD', KEYS[3], ARGV[2], n) redis.call('SET', KEYS[2], n, 'KEEPTTL')
return {n, redis.call('SCARD', KEYS[3])}`,
  exchange: `-- exchange
local a, b = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]) ${LOOPS}
if a then redis.call('SET', KEYS[2], a) else redis.call('DEL', KEYS[2]) end
if b then redis.call('SET', KEYS[1], b) else redis.call('DEL', KEYS[1]) end
return {a, b}`,
  fails: `-- fails
redis.call('SET', KEYS[1], ARGV[2]) ${LOOPS}
redis.call('SADD', KEYS[3], ARGV[2]) return redis.call('LPUSH', KEYS[1], 'x')`,
  catches: `-- catches
local reply = redis.pcall('INCR', KEYS[2]) ${LOOPS}
if type(reply) == 'table' and reply.err then redis.call('SET', KEYS[2], '10') return reply.err end
return reply`,
  refuses: `-- refuses
local held = redis.call('GET', KEYS[1]) ${LOOPS}
if held == false or #held > 4 then return redis.error_reply('ERR held ' .. tostring(held)) end
return redis.call('APPEND', KEYS[1], ARGV[2])`,
  random: `-- random draws
local n = ARGV[3] or tostring(math.random(1000)) ${LOOPS}
redis.call('SET', KEYS[2], n) return n`,
  watches: `#!lua flags=no-writes
-- watches
local before = redis.call('GET', KEYS[1]) ${LOOPS}
return {before, redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]), redis.call('SCARD', KEYS[3])}`,
  clock: `-- clock draws
local now = ARGV[3] or table.concat(redis.call('TIME'), '.') ${LOOPS}
redis.call('SET', KEYS[1], now) return now`,
  anyKey: `-- any key draws
local key = ARGV[3] or redis.call('RANDOMKEY') or 'none' ${LOOPS}
redis.call('SET', KEYS[2], key) return key`,
  sample: `-- sample draws
local member = ARGV[3] or redis.call('SRANDMEMBER', KEYS[3]) ${LOOPS}
if not member then return false end
if redis.call('SISMEMBER', KEYS[3], member) == 0 then return redis.error_reply('ERR no such member') end
redis.call('SET', KEYS[1], member) return member`,
  pops: `-- pops draws
local member = redis.call('SCARD', KEYS[3]) > 0 and (ARGV[3] or redis.call('SPOP', KEYS[3])) ${LOOPS}
if not member then return false end
if ARGV[3] and redis.call('SREM', KEYS[3], member) == 0 then return redis.error_reply('ERR no such member') end
redis.call('SET', KEYS[2], member) return member`,
  /** EVAL_RO of the keys that it is given. */
  reads: `-- reads
local values = {redis.call('GET', KEYS[1])} ${LOOPS}
for i = 2, #KEYS do values[i] = redis.call('GET', KEYS[i]) end return values`,
};

const bodyOf: ReadonlyMap<string, string> = new Map(
  Object.values(scripts).map((body) => [hexadecimal(sha1(latin1Bytes(body))), body]),
);
const shaOf: ReadonlyMap<string, string> = new Map([...bodyOf].map(([sha, body]) => [body, sha]));

/** A library of one group: `word` tells its versions apart. */
export function libraryOf(name: string, word: string): string {
  return `#!lua name=${name}
redis.register_function('put_${name}', function(keys, args)
  redis.call('SET', keys[1], args[2]) for i = 1, tonumber(args[1]) do end
  redis.call('APPEND', keys[1], '${word}') redis.call('SET', keys[2], args[2]) return '${word}'
end)
redis.register_function{function_name='see_${name}', flags={'no-writes'}, callback=function(keys, args)
  local before = redis.call('GET', keys[1]) for i = 1, tonumber(args[1]) do end
  return {'${word}', before, redis.call('GET', keys[1]), redis.call('GET', keys[2])}
end}`;
}

/** How the same script is asked for by its digest. */
const byDigest: Readonly<Record<string, string>> = { EVAL: "EVALSHA", EVAL_RO: "EVALSHA_RO" };
const byBody: Readonly<Record<string, string>> = { EVALSHA: "EVAL", EVALSHA_RO: "EVAL_RO" };

/** A request that runs a script by its text, as one that names its digest. */
export function withDigest([name = "", body = "", ...rest]: readonly string[]): readonly string[] {
  return [byDigest[name] ?? name, shaOf.get(body) ?? body, ...rest];
}

/** A request by which a node that has never seen the script runs it too. */
export function withBody(argv: readonly string[]): readonly string[] {
  const [name = "", digest = "", ...rest] = argv;
  const body = byBody[name] === undefined ? undefined : bodyOf.get(digest);
  return body === undefined ? argv : [byBody[name] as string, body, ...rest];
}

/** Whether the request runs a script or function of this file. */
export function runsScript([name = ""]: readonly string[]): boolean {
  return name.startsWith("EVAL") || name.startsWith("FCALL");
}

/** Whether the script leaves something that arguments and keyspace alone do not determine. */
export function scriptDraws(argv: readonly string[]): boolean {
  return withBody(argv)[1]?.startsWith("-- ") === true && lineOf(argv).endsWith(" draws");
}

/** The same without its loops. What it drew, if that is known, is given to it. */
export function withoutLoops(argv: readonly string[], drawn: readonly string[]): readonly string[] {
  const request = [...withBody(argv)];
  const firstArgument = 3 + Number(request[2]);
  request[firstArgument] = "0";
  return [...request, ...drawn];
}

/** The same with so many times the loops. */
export function withLoopsTimes(argv: readonly string[], times: number): readonly string[] {
  if (!runsScript(argv)) return argv;
  const firstArgument = 3 + Number(argv[2]);
  const loops = argv[firstArgument];
  if (loops === undefined || !/^\d+$/.test(loops)) return argv;
  return argv.map((word, index) =>
    index === firstArgument ? String(Number(loops) * times) : word,
  );
}

/** The request for people: a script by its name. */
export function sayScript(argv: readonly string[]): readonly string[] {
  const [name = "", body = "", ...rest] = argv;
  if (name === "FUNCTION" && body === "LOAD") return [name, body, ...rest.map(headOf)];
  return runsScript(argv) && bodyOf.has(shaOf.get(withBody(argv)[1] ?? "") ?? "")
    ? [name, `(${lineOf(argv)})`, ...rest]
    : argv;
}

function headOf(text: string): string {
  return text.startsWith("#!lua name=") ? `(${text.slice(11, text.indexOf("\n"))})` : text;
}

/** The line that names the script, without its dashes. */
function lineOf(argv: readonly string[]): string {
  const line = withBody(argv)[1]
    ?.split("\n")
    .find((each) => each.startsWith("-- "));
  return line?.slice(3) ?? "";
}
