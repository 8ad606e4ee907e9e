/** Sessions of the Lua debugger. tests/redisDebugger.test.ts types many more to a real redis-server. */
import { describe, expect, it } from "vitest";
import { latin1Bytes, latin1Of } from "../../bytes/latin1.ts";
import { TestExecutor } from "../../commands/testExecutor.ts";

/** A script that stands still. */
class TestSession {
  private readonly node = new TestExecutor();
  private reply = "";

  constructor(script: string, keys: readonly string[] = [], args: readonly string[] = []) {
    this.node.isClusterMode = false;
    // A short piece of a script is a slice.
    this.node.workUs = 6000;
    this.node.session(1).debugMode = "sync";
    const { isSuspended, reply } = this.node.begin([
      "EVAL",
      script,
      String(keys.length),
      ...keys,
      ...args,
    ]);
    if (!isSuspended) this.reply = latin1Of(reply);
  }

  /** Sends bytes as they are, to be read later. */
  push(text: string): void {
    this.node.session(1).debuggerInput?.push(latin1Bytes(text));
  }

  /** Sends bytes as they are. Returns what the debugger says, a line each, and the reply once the script has ended. */
  raw(text: string): readonly string[] {
    this.push(text);
    for (;;) {
      const { executor, unixMs } = this.node;
      if (this.reply !== "" || executor.awaitsDebugger) break;
      const { isSuspended, reply } = executor.goOn(unixMs * 1000);
      if (!isSuspended) this.reply = latin1Of(reply);
    }
    const said = latin1Of(this.node.executor.takeDebuggerOutput()) + this.reply;
    return said.split("\r\n").slice(0, -1);
  }

  /** The same for a command, without the array's header. */
  type(line: string): readonly string[] {
    const words = line.split(" ");
    return this.raw(
      `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`,
    )
      .slice(1)
      .map((text) => text.replace(/^\+/, ""));
  }
}

/** Lines at which the script stops when it is stepped through. */
function linesOf(script: string): readonly number[] {
  const session = new TestSession(script);
  const lines: number[] = [];
  let said = session.raw("").join("\n");
  for (;;) {
    const stop = /Stopped at (\d+)/.exec(said);
    if (stop === null) return lines;
    lines.push(Number(stop[1]));
    said = session.type("s").join("\n");
  }
}

describe("the debugger", () => {
  it("stops before the first line, and tells commands and replies while it steps", () => {
    const session = new TestSession("redis.call('set', KEYS[1], 1)\nreturn 5", ["a"]);
    expect(session.raw("")).toEqual([
      "*2",
      "+* Stopped at 1, stop reason = step over",
      "+-> 1   redis.call('set', KEYS[1], 1)",
    ]);
    expect(session.type("step")).toEqual([
      "<redis> set a 1",
      '<reply> "+OK"',
      "* Stopped at 2, stop reason = step over",
      "-> 2   return 5",
    ]);
    expect(session.type("n")).toEqual(["<endsession>", ":5"]);
  });

  it("steps as Lua's hooks do: loops turn back on their own lines, and locals that begin as nil are one", () => {
    expect(linesOf("local n = 0\nfor i = 1, 2 do\n  n = n + i\nend\nreturn n")).toEqual([
      1, 2, 3, 2, 3, 2, 5,
    ]);
    expect(linesOf("for _, v in ipairs({1}) do\n  v = 1\nend")).toEqual([1, 2, 1, 3]);
    expect(linesOf("local i = 0\nwhile i < 1 do\n  i = i + 1\nend\nreturn i")).toEqual([
      1, 2, 3, 2, 5,
    ]);
    expect(linesOf("local a\nlocal b\nlocal c = 1\nlocal d\nlocal e")).toEqual([3, 4, 5]);
    expect(linesOf("local f = function()\n  return 1\nend\nlocal x = f()\nreturn x")).toEqual([
      3, 4, 2, 5,
    ]);
    expect(linesOf("redis.call('set',\n  'a',\n  'b'\n)")).toEqual([1, 2, 4, 1, 4]);
    expect(linesOf("while true do break end return 1")).toEqual([1]);
  });

  it("runs to breakpoints, lists them, and forgets them", () => {
    const session = new TestSession("local a = 1\na = 2\na = 3\nredis.breakpoint()\nreturn a");
    session.raw("");
    expect(session.type("b")).toEqual(["No breakpoints set. Use 'b <line>' to add one."]);
    expect(session.type("b 3 x 9 3")).toEqual([
      "   2   a = 2",
      "  #3   a = 3",
      "   4   redis.breakpoint()",
      "Invalid argument:'x'",
      "Wrong line number.",
      "Wrong line number.",
    ]);
    expect(session.type("c")).toEqual([
      "* Stopped at 3, stop reason = break point",
      "->#3   a = 3",
    ]);
    expect(session.type("break -3 -3 0")).toEqual([
      "Breakpoint removed.",
      "No breakpoint in the specified line.",
      "All breakpoints removed.",
    ]);
    expect(session.type("c")[0]).toBe("* Stopped at 5, stop reason = redis.breakpoint() called");
    expect(session.type("l 1 1")).toEqual(["   1   local a = 1", "   2   a = 2"]);
    expect(session.type("w")).toHaveLength(5);
    expect(session.type("c")).toEqual(["<endsession>", ":3"]);
  });

  it("shows variables of all functions that are under way, each from where it is known", () => {
    const script = `local a = {1, "x\\n", {n = true}}
local function inner(p)
  local q = p .. '!'
  return q
end
local r = inner('w')
return r`;
    const session = new TestSession(script, ["k"]);
    session.raw("");
    expect(session.type("p")).toEqual(["No local variables in the current context."]);
    expect(session.type("p a")).toEqual(["No such variable."]);
    session.type("b 4");
    session.type("c");
    expect(session.type("p")).toEqual(['<value> p = "w"', '<value> q = "w!"']);
    expect(session.type("p a")).toEqual(['<value> {1; "x\\n"; {["n"]=true}}']);
    expect(session.type("p KEYS")).toEqual(['<value> {"k"}']);
    expect(session.type("t")).toEqual([
      "In inner:",
      "->#4     return q",
      "From top level:",
      "   6   local r = inner('w')",
    ]);
  });

  it("cuts what is long, tells so once, and not at all when it is asked for everything", () => {
    const session = new TestSession("local a = string.rep('x', 300)\nlocal b = {a, a}\nreturn 1");
    session.raw("");
    session.type("s");
    expect(session.type("p a")).toEqual([
      `<value> "${"x".repeat(247)} ...`,
      "<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.",
    ]);
    expect(session.type("p a")).toHaveLength(1);
    expect(session.type("m 5")).toEqual(["<value> replies are truncated at 60 bytes."]);
    expect(session.type("m 0")).toEqual(["<value> replies are unlimited."]);
    expect(session.type("p a")).toEqual([`<value> "${"x".repeat(300)}"`]);
    session.type("s");
    const [nested] = session.type("e local t = {} for i = 1, 12 do t = {t, t} end return t");
    expect(nested).toContain("<max recursion level reached! Nested table?>");
  });

  it("runs code and commands beside the script, however long, and tells their errors", () => {
    const session = new TestSession("local a = 1\nreturn a", ["k"]);
    session.raw("");
    expect(session.type("e 1 + 1")).toEqual(["<retval> 2"]);
    expect(session.type("e local n = 0 for i = 1, 3e4 do n = n + 1 end return n")).toEqual([
      "<retval> 30000",
    ]);
    expect(session.type("e )(")).toEqual(["<error> ldb_eval:1: unexpected symbol near ')'"]);
    expect(session.type("e nil .. 'x'")).toEqual([
      "<error> ldb_eval:1: attempt to concatenate a nil value",
    ]);
    expect(session.type("e redis.call('nosuch')")).toEqual([
      "<error> ERR Unknown Redis command called from script",
    ]);
    expect(session.type("r set k 7")).toEqual(["<redis> set k 7", '<reply> "+OK"']);
    expect(session.type("redis lpush k 1")).toEqual([
      "<redis> lpush k 1",
      "<error> -WRONGTYPE Operation against a key holding the wrong kind of value",
      '<reply> "-WRONGTYPE Operation against a key holding the wrong kind of value"',
    ]);
    expect(session.type(`r ${"x ".repeat(13)}x`)).toEqual([
      "<redis> x x x x x x x x x x ... (3 more)",
      "<error> Unknown Redis command called from script",
    ]);
    expect(session.type("r")).toEqual([
      "<error> Unknown Redis Lua debugger command or wrong number of arguments.",
    ]);
    expect(session.type("s")[0]).toBe("* Stopped at 2, stop reason = step over");
  });

  it("aborts with an error, which the script may catch", () => {
    const caught = new TestSession("local ok, e = pcall(function()\n  local x = 1\nend)\nreturn e");
    caught.raw("");
    caught.type("b 2");
    caught.type("c");
    expect(caught.type("a")).toEqual([
      "<endsession>",
      "$35",
      "ERR script aborted for user request",
    ]);
    const ended = new TestSession("return 1");
    ended.raw("");
    expect(ended.type("abort")[1]).toMatch(
      /^-ERR script aborted for user request script: [\da-f]{40}, on @user_script:1\.$/,
    );
  });

  it("reads its client's bytes as leniently as Redis, however they are cut", () => {
    const session = new TestSession("local a = 1\nlocal b = 2\nreturn 3");
    session.raw("");
    for (const piece of ["\r\n*", "1\r", "\n$1\r\n", "n"]) expect(session.raw(piece)).toEqual([]);
    expect(session.raw("\r\n")[1]).toBe("+* Stopped at 2, stop reason = step over");
    expect(session.raw("*1\r\n$5\r\nhe\0lo\r\n")).toEqual([
      "*1",
      "+<error> Unknown Redis Lua debugger command or wrong number of arguments.",
    ]);
    expect(session.raw("*1\r\n$1\r\ns\r\n*1\r\n$1\r\np\r\n").slice(3)).toEqual([
      "*2",
      "+<value> a = 1",
      "+<value> b = 2",
    ]);
    expect(session.raw("next\r\n")[2]).toMatch(/^-ERR protocol error script: /);
    const flooded = new TestSession("return 1");
    flooded.raw("");
    expect(flooded.raw(`*1\r\n$${"0".repeat(1 << 20)}`)[2]).toMatch(
      /^-ERR max client buffer reached script: /,
    );
    // What is sent ahead of its time is kept up to a bound, too.
    const hurried = new TestSession("local a = 1\nreturn a");
    hurried.raw("");
    const commands = "*1\r\n$1\r\np\r\n".repeat(1 << 15);
    for (let count = 0; count < 5; count++) hurried.push(commands);
    expect(hurried.raw("*1\r\n$1\r\np\r\n")[2]).toMatch(/^-ERR max client buffer reached script: /);
  });

  it("shows values that a script hands to redis.debug, and replies of both protocols", () => {
    const script = `redis.debug(1.5, nil, {}, 1e20)
redis.setresp(3)
redis.call('hset', 'h', 'f', '1')
redis.call('hgetall', 'h')
redis.call('smembers', 'none')
return 1`;
    const session = new TestSession(script);
    session.raw("");
    expect(session.type("s")[0]).toBe("<debug> line 1: 1.5, nil, {}, 1e+20");
    session.type("s");
    session.type("s");
    expect(session.type("s")[1]).toBe('<reply> {"f" => "1"}');
    expect(session.type("s")[1]).toBe("<reply> ~()");
  });
});
