import { describe, expect, it } from "vitest";
import { engineExecutor } from "../checker/models/engineExecutor.ts";
import { checkHistory, defaultLimit } from "../checker/linearizability.ts";
import { operationOf } from "../checker/testOperations.ts";
import { libraryOf, sayScript, scripts, withBody, withDigest, withLoopsTimes } from "./scripts.ts";

const KEYS = ["{g}:a", "{g}:b", "{g}:c", "{g}:d", "{g}:e"];
const model = engineExecutor(1_700_000_000_000);
const options = { modelOf: () => model, limit: defaultLimit, toleratesStaleReads: false };

function run(body: string, value: string, loops = "0"): readonly string[] {
  return ["EVAL", body, "5", ...KEYS, loops, value];
}

/** Requests one after another, each with its reply or null where nobody knows. */
function verdict(...asked: readonly (readonly [readonly string[], string | null])[]): string {
  const history = asked.map(([request, reply], index) => {
    const input = { f: "commands", key: "g", requests: [request], isAtomic: false } as const;
    const output = reply === null ? null : [`${reply}\r\n`];
    const isRead = request[0] === "GET";
    const outcome = reply === null ? "unknown" : "ok";
    return operationOf({ ...input, isRead }, output, 10 * index, 10 * index + 5, outcome);
  });
  return checkHistory(history, options).verdict;
}

const get = (key: string): readonly string[] => ["GET", key];
const OK = "$1\r\nv";
const KILLED = "-ERR Script killed by user with SCRIPT KILL... script: 1, on @user_script:2.";

describe("scripts as the specification sees them", () => {
  it("are run whole: two keys are written or none", () => {
    const [, , , d, e] = KEYS as [string, string, string, string, string];
    const twins = run(scripts.twins, "v", "1000000");
    expect(verdict([twins, OK], [get(d), OK], [get(e), OK])).toBe("ok");
    expect(verdict([twins, OK], [get(d), OK], [get(e), "$-1"])).toBe("violation");
    expect(verdict([twins, null], [get(d), OK], [get(e), "$-1"])).toBe("violation");
    expect(verdict([twins, null], [get(d), "$-1"], [get(e), "$-1"])).toBe("ok");
  });

  it("are the same by their digests", () => {
    const request = run(scripts.several, "v");
    expect(withDigest(request)[0]).toBe("EVALSHA");
    expect(withBody(withDigest(request))).toEqual(request);
    expect(verdict([withDigest(request), "*2\r\n:1\r\n:2"], [get("{g}:b"), "$1\r\n1"])).toBe("ok");
  });

  it("keep what they wrote before they failed", () => {
    const error =
      "-WRONGTYPE Operation against a key holding the wrong kind of value script: 5f2c9cbfcd6b0bf33d5a1a8a0dbb3ba0ad3d4f6f, on @user_script:3.";
    const sha = withDigest(run(scripts.fails, "v"))[1] as string;
    const told = error.replace(/[0-9a-f]{40}/, sha);
    expect(verdict([run(scripts.fails, "v"), told], [get("{g}:a"), OK])).toBe("ok");
    expect(verdict([run(scripts.fails, "v"), told], [get("{g}:a"), "$-1"])).toBe("violation");
  });

  it("have done nothing if they were killed", () => {
    const twins = run(scripts.twins, "v");
    expect(verdict([twins, KILLED], [get("{g}:d"), "$-1"])).toBe("ok");
    expect(verdict([twins, KILLED], [get("{g}:d"), OK])).toBe("violation");
  });

  it("wrote what they say that they drew, of what was there", () => {
    const drawn = "$4\r\n12.3";
    expect(verdict([run(scripts.clock, "v"), drawn], [get("{g}:a"), drawn])).toBe("ok");
    expect(verdict([run(scripts.clock, "v"), drawn], [get("{g}:a"), "$-1"])).toBe("violation");
    const add = ["SADD", "{g}:c", "m", "n"];
    expect(verdict([add, ":2"], [run(scripts.pops, "v"), "$1\r\nm"])).toBe("ok");
    expect(verdict([add, ":2"], [run(scripts.pops, "v"), "$1\r\no"])).toBe("violation");
  });

  it("call the functions of the library that is loaded", () => {
    const load = (word: string): readonly string[] => [
      "FUNCTION",
      "LOAD",
      "REPLACE",
      libraryOf("lib", word),
    ];
    const call = ["FCALL", "put_lib", "2", "{g}:a", "{g}:b", "99", "v"];
    const name = "$3\r\nlib";
    expect(verdict([load("one"), name], [call, "$3\r\none"])).toBe("ok");
    expect(verdict([load("one"), name], [load("two"), null], [call, "$3\r\none"])).toBe("ok");
    expect(verdict([load("one"), name], [load("two"), name], [call, "$3\r\none"])).toBe(
      "violation",
    );
    const flush = ["FUNCTION", "FLUSH"];
    const missing = "-ERR Function not found";
    expect(verdict([load("one"), name], [flush, "+OK"], [call, missing])).toBe("ok");
    expect(verdict([load("one"), name], [call, missing])).toBe("violation");
  });
});

it("people are told a script by its name", () => {
  const request = run(scripts.pops, "v");
  expect(sayScript(request).slice(0, 3)).toEqual(["EVAL", "(pops draws)", "5"]);
  expect(sayScript(withDigest(request)).slice(0, 2)).toEqual(["EVALSHA", "(pops draws)"]);
  expect(sayScript(["FUNCTION", "LOAD", libraryOf("lib", "w")])).toEqual([
    "FUNCTION",
    "LOAD",
    "(lib)",
  ]);
  expect(sayScript(["GET", "k"])).toEqual(["GET", "k"]);
});

describe("loops", () => {
  it("are so many times more in scripts and functions, and in nothing else", () => {
    expect(withLoopsTimes(run("return 1", "7", "1000"), 200)).toEqual(
      run("return 1", "7", "200000"),
    );
    const call = (loops: string): readonly string[] => ["FCALL_RO", "f", "1", "{g}:a", loops];
    expect(withLoopsTimes(call("12"), 10)).toEqual(call("120"));
    const others = [
      ["EVAL", "return redis.call('SET', KEYS[1], ARGV[1])", "1", "{g}:a", "v0001"],
      ["FUNCTION", "LOAD", "100", "1", "1", "5"],
      ["SET", "{g}:a", "1", "5"],
      ["EVAL", "return 1", "0"],
    ];
    expect(others.map((one) => withLoopsTimes(one, 10))).toEqual(others);
  });
});
