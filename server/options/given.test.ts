import { describe, expect, it } from "vitest";
import { parseArguments } from "./given.ts";
import { readSettings } from "./settings.ts";

/** Names and words, as "name word word". */
function read(argv: readonly string[], files: Readonly<Record<string, string>> = {}): string[] {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`no file ${path}`);
    return text;
  };
  return parseArguments(argv, readFile).map(({ name, words }) => [name, ...words].join(" "));
}

describe("options", () => {
  it("stand in a file, on the standard input, and behind both on the command line", () => {
    const files = { "redis.conf": "port 1\n# port 2\n  HZ 20 \n", "-": "port 3\n" };
    expect(read(["redis.conf", "--port", "4", "shards=2"], files)).toEqual([
      "port 1",
      "hz 20",
      "port 4",
      "shards 2",
    ]);
    expect(read(["-", "port=4"], files)).toEqual(["port 3", "port 4"]);
    expect(read(["redis.conf", "--save", "900", "1", "-"], files)).toEqual([
      "port 1",
      "hz 20",
      "save 900 1",
      "port 3",
    ]);
  });

  it("of the command line take their values as Redis does", () => {
    expect(read(["--title", "--my--title", "--loglevel", "debug"])).toEqual([
      "title --my--title",
      "loglevel debug",
    ]);
    expect(read(["--maxmemory '700mb'", "--port 1", "--hz", "5"])).toEqual([
      "maxmemory 700mb",
      "port 1",
      "hz 5",
    ]);
    expect(read(["f", "loglevel", "verbose", "--save"], { f: "" })).toEqual([
      "loglevel verbose",
      "save ",
    ]);
    expect(read(["--save", "--port", "1", "--title", "--save"])).toEqual([
      "save ",
      "port 1",
      "title --save",
    ]);
  });

  it("of Redis with a wrong value are refused in Redis's words, the first of them", () => {
    const settingsOf = (...argv: string[]): unknown =>
      readSettings(["--profile", "redis", ...argv], () => "");
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["--port"], "--port: 'port': wrong number of arguments"],
      [["--port", "1", "2"], `'port "1" "2"': wrong number of arguments`],
      [["--port", "--bla"], `'port "--bla"': argument couldn't be parsed into an integer`],
      [["--loglevel", "--bla"], `'loglevel "--bla"': argument(s) must be one of the following`],
      [["--replicaof", "--a", "--b"], `'replicaof "--a"': wrong number of arguments`],
    ];
    for (const [argv, message] of cases) expect(() => settingsOf(...argv)).toThrow(message);
  });

  it("of included files stand where they are included, and none includes itself", () => {
    const files = {
      "redis.conf": "port 1\ninclude more.conf\nhz 30\n",
      "more.conf": 'include "last one.conf"\nhz 20\n',
      "last one.conf": "hz 10\n",
      loop: "include pool\n",
      pool: "include loop\n",
    };
    expect(read(["redis.conf"], files)).toEqual(["port 1", "hz 10", "hz 20", "hz 30"]);
    expect(() => read(["loop"], files)).toThrow("pool:1: loop includes itself: loop → pool");
  });

  it("have words in quotes, with escapes in double ones", () => {
    const text = `requirepass "a \\"b\\" \\x41\\n"\nlogfile ''\ntitle 'it\\'s'\n`;
    expect(read(["f"], { f: text })).toEqual(['requirepass a "b" A\n', "logfile ", "title it's"]);
    expect(() => read(["f"], { f: 'port "1\n' })).toThrow("f:1: unbalanced quotes");
  });

  it("that do not exist are told apart from those that were meant", () => {
    const settingsOf = (...argv: string[]): unknown => readSettings(argv, () => "");
    expect(() => settingsOf("prot=1")).toThrow(
      'prot=1: there is no option "prot"; did you mean "port"? --help lists them',
    );
    expect(() => settingsOf("--maxmemory-polcy", "x")).toThrow('did you mean "maxmemory-policy"?');
    expect(() => settingsOf("shard=2")).toThrow('did you mean "shards"?');
    expect(() => settingsOf("qqqqq=2")).toThrow('there is no option "qqqqq" --help');
    expect(() => settingsOf("loglevel=loud")).toThrow(
      'loglevel must be debug or verbose or notice or warning, not "loud"',
    );
  });
});
