/** Requests about scripts and functions, whose sources come from lua.ts. */
import * as fc from "fast-check";
import { latin1Bytes } from "../../engine/bytes/latin1.ts";
import { hexadecimal, sha1 } from "../../engine/bytes/sha1.ts";
import type { Request } from "../grammar.ts";
import { luaScripts } from "./lua.ts";

/** Stand for the last FUNCTION DUMP of the engine and of the real server. */
export const dumpsOfFunctions = { mine: "@mine", theirs: "@theirs" } as const;

type Key = fc.Arbitrary<string>;

/** Few, so that EVALSHA finds them. */
const wellKnown = fc.constantFrom(
  "return 1",
  "return redis.call('incr',KEYS[1])",
  "return {KEYS,ARGV}",
  "#!lua flags=no-writes\nreturn redis.call('get',KEYS[1])",
  "#!lua flags=no-writes\nreturn redis.call('set',KEYS[1],'x')",
  "return redis.call('set',KEYS[1],ARGV[1])",
  "return x =",
  "redis.setresp(3) return redis.call('hgetall',KEYS[1])",
);

const shebang = fc.constantFrom(
  ...[
    ["", "", "", "", "", "", "#!lua\n", "#!lua flags=no-writes\n", "#!lua flags=allow-oom\n"],
    [
      "#!lua flags=no-cluster\n",
      "#!lua flags=allow-cross-slot-keys,allow-stale\n",
      "#!lua flags=x\n",
    ],
  ].flat(),
);

export function scriptStories(
  key: Key,
  text: fc.Arbitrary<string>,
  requests: fc.Arbitrary<Request>,
): fc.Arbitrary<Request> {
  const given = keysAndArguments(key, text);
  const drawn = fc.tuple(shebang, luaScripts(requests)).map(([first, body]) => first + body);
  const script = fc.oneof({ weight: 8, arbitrary: drawn }, { weight: 1, arbitrary: wellKnown });
  const sha = fc.oneof(
    { weight: 6, arbitrary: wellKnown.map(shaOf) },
    { weight: 1, arbitrary: wellKnown.map((source) => shaOf(source).toUpperCase()) },
    { weight: 1, arbitrary: fc.constantFrom("", "x", "0".repeat(40)) },
  );
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(fc.constantFrom("EVAL", "EVAL", "EVAL", "eval_ro"), script, given)
        .map(([name, source, words]) => [name, source, ...words]),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom("EVALSHA", "EVALSHA", "EVALSHA_RO"), sha, given)
        .map(([name, digest, words]) => [name, digest, ...words]),
    },
    {
      weight: 2,
      arbitrary: fc.oneof(
        wellKnown.map((source) => ["SCRIPT", "LOAD", source]),
        fc.array(sha, { maxLength: 3 }).map((all) => ["SCRIPT", "EXISTS", ...all]),
        fc.constantFrom(
          ["SCRIPT", "FLUSH"],
          ["SCRIPT", "FLUSH", "ASYNC"],
          ["SCRIPT", "FLUSH", "x"],
          ["SCRIPT", "KILL"],
        ),
      ),
    },
  );
}

function shaOf(source: string): string {
  return hexadecimal(sha1(latin1Bytes(source)));
}

/** A number of keys, mostly the right one, keys and arguments. */
function keysAndArguments(key: Key, text: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  const wrong = fc.constantFrom("0", "3", "-1", "x", "9223372036854775807", "01");
  return fc
    .tuple(
      fc.array(key, { maxLength: 2 }),
      fc.array(text, { maxLength: 2 }),
      fc.option(wrong, { nil: undefined, freq: 19 }),
    )
    .map(([keys, args, count]) => [count ?? String(keys.length), ...keys, ...args]);
}

const library = fc.constantFrom("lib", "lib2", "Lib");
/** Of two names of one library that differ in case alone Redis keeps either, and ends when the library is replaced. */
const functionName = fc.constantFrom("f", "g", "h");
const flags = fc.constantFrom(
  ...[
    ["", "", "'no-writes'", "'no-writes','allow-stale'", "'allow-oom'", "'no-cluster'"],
    ["'allow-cross-slot-keys'", "'x'", "1"],
  ].flat(),
);

export function functionStories(
  key: Key,
  text: fc.Arbitrary<string>,
  requests: fc.Arbitrary<Request>,
): fc.Arbitrary<Request> {
  const body = luaScripts(requests);
  const registration = fc
    .tuple(functionName, flags, body, fc.boolean())
    .map(([name, some, source, isShort]) => {
      const callback = `function(KEYS, ARGV) ${source} end`;
      if (isShort) return `redis.register_function('${name}', ${callback})`;
      return `redis.register_function{function_name='${name}', callback=${callback}, flags={${some}}, description='of ${name}'}`;
    });
  const source = fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: library.map((name) => `#!lua name=${name}`) },
        { weight: 1, arbitrary: fc.constantFrom("#!lua", "#!js name=lib", "", "#!lua name=a-b") },
      ),
      fc.array(registration, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("", "", "", "local n = 0", "redis.call('get','{k}a')", "x = 1", "return 1"),
    )
    .map(([first, all, last]) => [first, ...all, last].join("\n"));
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom([], ["REPLACE"], ["REPLACE"], ["replace"]), source)
        .map(([words, code]) => ["FUNCTION", "LOAD", ...words, code]),
    },
    {
      weight: 8,
      arbitrary: fc
        .tuple(
          fc.constantFrom("FCALL", "FCALL", "FCALL_RO"),
          fc.oneof({ weight: 9, arbitrary: functionName }, fc.constant("F")),
          keysAndArguments(key, text),
        )
        .map(([name, of, words]) => [name, of, ...words]),
    },
    { weight: 1, arbitrary: library.map((name) => ["FUNCTION", "DELETE", name]) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom<string>(...Object.values(dumpsOfFunctions), "x"),
          fc.constantFrom([], ["REPLACE"], ["FLUSH"], ["APPEND"], ["x"]),
        )
        .map(([dump, policy]) => ["FUNCTION", "RESTORE", dump, ...policy]),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ["FUNCTION", "LIST"],
        ["FUNCTION", "LIST", "WITHCODE"],
        ["FUNCTION", "LIST", "LIBRARYNAME", "lib*"],
        ["FUNCTION", "DUMP"],
        ["FUNCTION", "DUMP"],
        ["FUNCTION", "STATS"],
        ["FUNCTION", "FLUSH"],
        ["FUNCTION", "FLUSH", "ASYNC"],
        ["FUNCTION", "KILL"],
        ["FUNCTION", "x"],
      ),
    },
  );
}
