import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { applyRecord } from "../replication/apply.ts";
import { TestExecutor } from "./testExecutor.ts";

function standalone(): TestExecutor {
  const node = new TestExecutor();
  node.isClusterMode = false;
  return node;
}

function ask(node: TestExecutor, ...argv: readonly string[]): string {
  return latin1Of(node.execute(argv).reply);
}

describe("EVAL", () => {
  it("logs all that a script changes as one record", () => {
    const node = standalone();
    const script =
      "redis.call('set', KEYS[1], ARGV[1]) redis.call('rpush', KEYS[2], 1, 2) return 'ok'";
    expect(ask(node, "EVAL", script, "2", "a", "b", "v")).toBe("$2\r\nok\r\n");
    expect(node.records).toHaveLength(1);
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("tells a key once, however often it was named: a script that goes on for long takes no memory for that", () => {
    const node = standalone();
    const script = "for i = 1, 9 do redis.call('get', 'a') redis.call('get', 'b') end";
    expect(node.execute(["EVAL", script, "0"]).touched).toEqual(["a", "b"]);
  });

  it("reads whole numbers of all sizes, and turns to the database that it chose", () => {
    const node = standalone();
    const script = `redis.call('set', 'n', '9007199254740993') local all = {redis.call('incrby', 'n', 0), redis.call('decr', 'm'), redis.call('strlen', 'n')}
      redis.call('select', 3) redis.call('set', 'n', 'three') all[4] = redis.call('get', 'n') return all`;
    expect(ask(node, "EVAL", script, "0")).toBe(
      "*4\r\n:9007199254740992\r\n:-1\r\n:16\r\n$5\r\nthree\r\n",
    );
    expect(ask(node, "GET", "n")).toBe("$16\r\n9007199254740993\r\n");
  });

  it("has setfenv, getfenv and newproxy, in functions too, where lua-enable-deprecated-api is on", () => {
    const answers = ["no", "yes"].map((value) => {
      const node = standalone();
      node.executor.settings.load(new Map([["lua-enable-deprecated-api", [value]]]));
      const called = "setfenv(function() end, {}) return type(getfenv(1)) .. type(newproxy(true))";
      ask(
        node,
        "FUNCTION",
        "LOAD",
        `#!lua name=l\nredis.register_function('f', function() ${called} end)`,
      );
      return [ask(node, "EVAL", called, "0"), ask(node, "FCALL", "f", "0")];
    });
    const missing = expect.stringContaining("nonexistent global variable 'setfenv'");
    expect(answers).toEqual([
      [missing, missing],
      ["$13\r\ntableuserdata\r\n", "$13\r\ntableuserdata\r\n"],
    ]);
  });

  it("what setfenv(0, …) changes ends with the script", () => {
    const node = standalone();
    node.executor.settings.load(new Map([["lua-enable-deprecated-api", ["yes"]]]));
    const script = "setfenv(0, {x = 'there'}) return loadstring('return x')()";
    expect(ask(node, "EVAL", script, "0")).toBe("$5\r\nthere\r\n");
    expect(ask(node, "EVAL", "return loadstring('return type(redis)')()", "0")).toBe(
      "$5\r\ntable\r\n",
    );
  });

  it("keeps and logs what a script changed before it failed", () => {
    const node = standalone();
    const reply = ask(node, "EVAL", "redis.call('set', 'a', '1') error('stop')", "0");
    expect(reply).toMatch(
      /^-ERR user_script:1: stop script: [\da-f]{40}, on @user_script:1\.\r\n$/,
    );
    expect(ask(node, "GET", "a")).toBe("$1\r\n1\r\n");
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("tells every key that its commands named, declared or not: the reply waits for their changes", () => {
    const node = standalone();
    const execution = node.execute(["EVAL", "return redis.call('get', 'hidden')", "1", "told"]);
    expect(execution.touched).toEqual(["told", "hidden"]);
  });

  it("pauses when it is long, and is killed if it has changed nothing", () => {
    const node = standalone();
    expect(node.begin(["EVAL", "while true do end", "0"]).isSuspended).toBe(true);
    expect(node.executor.hasUnloggedChanges).toBe(false);
    const kill = latin1Of(node.begin(["FUNCTION", "KILL"], 2).reply);
    expect(kill).toMatch(/^-BUSY .* SCRIPT KILL or SHUTDOWN NOSAVE\.\r\n$/);
    expect(latin1Of(node.begin(["SCRIPT", "KILL"], 2).reply)).toBe("+OK\r\n");
    expect(latin1Of(node.executor.goOn(0).reply)).toMatch(
      /^-ERR Script killed by user with SCRIPT KILL\.\.\. script: [\da-f]{40}, on @user_script:1\.\r\n$/,
    );
    expect(ask(node, "EVAL", "return 1", "0")).toBe(":1\r\n");
  });

  it("logs all that it did before and behind its pauses as one record, and is not killed once it has written", () => {
    const node = standalone();
    const script =
      "redis.call('set', 'a', '1') for i = 1, 3e5 do end redis.call('incr', 'a') return redis.call('get', 'a')";
    expect(node.begin(["EVAL", script, "0"]).isSuspended).toBe(true);
    expect(node.executor.hasUnloggedChanges).toBe(true);
    expect(latin1Of(node.begin(["SCRIPT", "KILL"], 2).reply)).toMatch(/^-UNKILLABLE /);
    let execution = node.executor.goOn(0);
    while (execution.isSuspended) execution = node.executor.goOn(0);
    expect(latin1Of(execution.reply)).toBe("$1\r\n2\r\n");
    expect(execution.changed).toEqual(["a", "a"]);
    applyRecord(node.applied, execution.record ?? new Uint8Array(0));
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("pauses within a transaction, which goes on behind it, and with its pcalls and coroutines", () => {
    const node = standalone();
    const long = `local step = coroutine.wrap(function() for i = 1, 6e4 do coroutine.yield(i) end end)
      local ok, sum = pcall(function() local sum = 0 for i = 1, 6e4 do sum = sum + step() end return sum end)
      return {tostring(ok), sum}`;
    for (const line of ["MULTI", "SET a 1"]) node.ask(line);
    node.execute(["EVAL", long, "0"]);
    node.ask("INCR a");
    const execution = node.execute(["EXEC"]);
    expect(latin1Of(execution.reply)).toBe(
      "*3\r\n+OK\r\n*2\r\n$4\r\ntrue\r\n:1800030000\r\n:2\r\n",
    );
    expect(node.records).toHaveLength(1);
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("chooses its own database", () => {
    const node = standalone();
    expect(ask(node, "EVAL", "redis.call('select', 3) redis.call('set', 'x', '1')", "0")).toBe(
      "$-1\r\n",
    );
    expect(ask(node, "EXISTS", "x")).toBe(":0\r\n");
    ask(node, "SELECT", "3");
    expect(ask(node, "EXISTS", "x")).toBe(":1\r\n");
  });

  it("waits for nothing", () => {
    const node = standalone();
    const refused = ask(node, "EVAL", "return redis.call('blpop', 'empty', 0)", "0");
    expect(refused).toMatch(/^-ERR This Redis command is not allowed from script /);
    const reading = "return redis.call('xread', 'block', 0, 'streams', 's', '$')";
    expect(ask(node, "EVAL", reading, "0")).toMatch(/not allowed with BLOCK option from scripts/);
    const execution = node.execute(["EVAL", "return redis.call('lpop', 'empty')", "0"]);
    expect(execution.blocked).toBeUndefined();
  });

  it("on a replica reads, and is refused what it writes", () => {
    const node = standalone();
    ask(node, "SET", "a", "1");
    node.isPrimary = false;
    expect(ask(node, "EVAL", "return redis.call('get', 'a')", "0")).toBe("$1\r\n1\r\n");
    expect(ask(node, "EVAL", "return redis.call('set', 'a', '2')", "0")).toMatch(/^-READONLY /);
    expect(ask(node, "EVAL_RO", "return redis.call('get', 'a')", "0")).toBe("$1\r\n1\r\n");
  });

  it("in cluster mode touches this node's slots alone", () => {
    const node = new TestExecutor();
    const foreign = ask(node, "EVAL", "return redis.call('get', KEYS[1])", "1", "{t}x");
    expect(foreign).toMatch(/^-ERR Script attempted to access a non local key in a cluster node /);
  });

  it("in cluster mode no command has keys in several slots", () => {
    const node = new TestExecutor();
    const script = "return redis.call('mget', '{k}a', '{user1}b')";
    expect(ask(node, "EVAL", script, "0")).toMatch(
      /^-ERR Script attempted to access a non local key in a cluster node /,
    );
    // One that was refused binds the script to no slot.
    const goesOn = `#!lua\nredis.pcall('mget', '{user1}b', '{k}a') return redis.call('get', '{k}a')`;
    expect(ask(node, "EVAL", goesOn, "0")).toBe("$-1\r\n");
  });

  it("ends an error or a status at a zero byte, and adds no code to an error of its own", () => {
    const node = standalone();
    expect(ask(node, "EVAL", "return {err='A b\\0c'}", "0")).toBe("-A b\r\n");
    expect(ask(node, "EVAL", "return {ok='fi\\0ne'}", "0")).toBe("+fi\r\n");
    expect(ask(node, "EVAL", "return redis.error_reply('A b\\0c').err", "0")).toBe("$3\r\nA b\r\n");
    expect(ask(node, "EVAL", "error({err='-A b\\0c'})", "0")).toMatch(/^--A b script: /);
  });

  it("asks nobody's permission but for arguments that are words", () => {
    const node = standalone();
    expect(ask(node, "EVAL", "return redis.acl_check_cmd('get', nil)", "0")).toMatch(
      /^-ERR Lua redis lib command arguments must be strings or integers/,
    );
  });

  it("with a header may not cross slots, and not write if it said so", () => {
    const node = new TestExecutor();
    const crossing = "#!lua\nredis.call('get', '{k}a') return redis.call('get', '{user1}b')";
    expect(ask(node, "EVAL", crossing, "0")).toMatch(/do not hash to the same slot|non local key/);
    const writing = "#!lua flags=no-writes\nreturn redis.call('set', '{k}a', '1')";
    expect(ask(node, "EVAL", writing, "0")).toMatch(
      /^-ERR Write commands are not allowed from read-only scripts\./,
    );
  });
});

describe("scripts are known by their digest", () => {
  it("until they are flushed", () => {
    const node = standalone();
    const sha = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
    expect(ask(node, "EVALSHA", sha, "0")).toBe(
      "-NOSCRIPT No matching script. Please use EVAL.\r\n",
    );
    expect(ask(node, "EVALSHA", "short", "x")).toBe(
      "-NOSCRIPT No matching script. Please use EVAL.\r\n",
    );
    expect(ask(node, "EVALSHA", sha, "x")).toBe("-ERR value is not an integer or out of range\r\n");
    expect(ask(node, "SCRIPT", "LOAD", "return 1")).toBe(`$40\r\n${sha}\r\n`);
    expect(ask(node, "EVALSHA", sha.toUpperCase(), "0")).toBe(":1\r\n");
    expect(ask(node, "EVALSHA_RO", sha, "0")).toBe(":1\r\n");
    expect(ask(node, "SCRIPT", "EXISTS", sha, "0".repeat(40))).toBe("*2\r\n:1\r\n:0\r\n");
    expect(ask(node, "SCRIPT", "DEBUG", "no")).toBe("+OK\r\n");
    expect(ask(node, "SCRIPT", "DEBUG", "on")).toBe("-ERR Use SCRIPT DEBUG YES/SYNC/NO\r\n");
    expect(ask(node, "SCRIPT", "FLUSH")).toBe("+OK\r\n");
    expect(ask(node, "SCRIPT", "EXISTS", sha)).toBe("*1\r\n:0\r\n");
  });

  it("has none to kill while none runs", () => {
    const node = standalone();
    expect(ask(node, "SCRIPT", "KILL")).toBe("-NOTBUSY No scripts in execution right now.\r\n");
  });

  it("and not kept if they do not compile", () => {
    const node = standalone();
    expect(ask(node, "SCRIPT", "LOAD", "x = = 1")).toBe(
      "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '='\r\n",
    );
  });
});

describe("the same script on two nodes", () => {
  it("makes the same steps: pairs, random numbers and names of tables", () => {
    const script =
      "local t = {} for i = 1, 20 do t['k' .. i] = i end local s = tostring({}) for k, v in pairs(t) do s = s .. k .. v end return s .. tostring(math.random())";
    const first = ask(standalone(), "EVAL", script, "0");
    expect(ask(standalone(), "EVAL", script, "0")).toBe(first);
  });
});
