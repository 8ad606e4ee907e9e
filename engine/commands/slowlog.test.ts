import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

/** The words of the entries, newest first. */
function wordsOf(node: TestExecutor): string[] {
  return node.executor.meter.slowLog.newest(1000).map(({ argv }) => argv.join(" "));
}

describe("SLOWLOG", () => {
  it("keeps what took long, newest first, with time, words and client", () => {
    const node = new TestExecutor();
    node.ask("client setname bob");
    node.workUs = 12_345;
    node.ask("set a b");
    node.workUs = 9_999;
    node.ask("get a");
    node.workUs = 0;
    expect(node.ask("slowlog len")).toBe(":1\r\n");
    expect(node.ask("slowlog get")).toBe(
      "*1\r\n*6\r\n:0\r\n:1700000000\r\n:12345\r\n*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\nb\r\n" +
        "$13\r\n10.1.0.1:5000\r\n$3\r\nbob\r\n",
    );
    expect(node.ask("slowlog reset")).toBe("+OK\r\n");
    expect(node.ask("slowlog get")).toBe("*0\r\n");
  });

  it("has room for so many entries, and is off below zero", () => {
    const node = new TestExecutor();
    node.ask("config set slowlog-log-slower-than 0 slowlog-max-len 2");
    node.ask("ping");
    node.ask("echo a");
    expect(wordsOf(node)).toEqual(["echo a", "ping"]);
    node.ask("config set slowlog-log-slower-than -1");
    node.ask("ping");
    expect(wordsOf(node)).toEqual(["echo a", "ping"]);
  });

  it("tells the commands of a transaction and not EXEC, and no secrets", () => {
    const node = new TestExecutor();
    node.ask("config set slowlog-log-slower-than 0");
    node.ask("slowlog reset");
    node.ask("multi");
    node.ask("set a b");
    node.ask("exec");
    node.ask("config set masterauth secret");
    expect(wordsOf(node)).toEqual([
      "config set masterauth (redacted)",
      "set a b",
      "multi",
      "slowlog reset",
    ]);
  });

  it("cuts long words and many words", () => {
    const node = new TestExecutor();
    node.ask("config set slowlog-log-slower-than 0");
    node.execute(["echo", "A".repeat(129)]);
    node.execute(["del", ...Array.from({ length: 32 }, (_, index) => String(index))]);
    const [many, long] = node.executor.meter.slowLog.newest(2);
    expect(long?.argv[1]).toBe(`${"A".repeat(128)}... (1 more bytes)`);
    expect(many?.argv).toHaveLength(32);
    expect(many?.argv.at(-1)).toBe("... (2 more arguments)");
  });

  it("reads its count as Redis does", () => {
    const node = new TestExecutor();
    node.ask("config set slowlog-log-slower-than 0");
    expect(node.ask("slowlog get 0")).toBe("*0\r\n");
    expect(node.ask("slowlog get 1").startsWith("*1\r\n")).toBe(true);
    const refused = "-ERR count should be greater than or equal to -1\r\n";
    expect(node.ask("slowlog get -2")).toBe(refused);
    expect(node.ask("slowlog get x")).toBe(refused);
    expect(node.ask("slowlog get 1 2")).toBe(
      "-ERR unknown subcommand or wrong number of arguments for 'get'. Try SLOWLOG HELP.\r\n",
    );
  });
});
