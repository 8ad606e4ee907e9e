/** CLIENT TRACKING and what goes with it: replies, and what excludes what. Who is told of what is failover/tracking.test.ts. */
import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

const OK = "+OK\r\n";

/** What each of these lines is answered on one connection. */
function answers(...lines: readonly string[]): readonly string[] {
  const node = new TestExecutor();
  return lines.map((line) => node.ask(line));
}

describe("CLIENT TRACKING", () => {
  it("refuses options that exclude each other or what is on already", () => {
    const onOff =
      "before disabling tracking for this client, and then re-enabling it with a different mode.\r\n";
    expect(
      answers(
        "client tracking maybe",
        "client tracking on nosuch",
        "client tracking on prefix",
        "client tracking on prefix a",
        "client tracking on bcast optin",
        "client tracking on optin optout",
        "client tracking on optin",
        "client tracking on optout",
        "client tracking on bcast",
        "client tracking off",
        "client tracking on redirect 99",
        "client tracking on redirect x",
        "client tracking on redirect 1 redirect 1",
      ),
    ).toEqual([
      "-ERR syntax error\r\n",
      "-ERR syntax error\r\n",
      "-ERR syntax error\r\n",
      "-ERR PREFIX option requires BCAST mode to be enabled\r\n",
      "-ERR OPTIN and OPTOUT are not compatible with BCAST\r\n",
      "-ERR You can't specify both OPTIN mode and OPTOUT mode\r\n",
      OK,
      `-ERR You can't switch OPTIN/OPTOUT mode ${onOff}`,
      `-ERR You can't switch BCAST mode on/off ${onOff}`,
      OK,
      "-ERR The client ID you want redirect to does not exist\r\n",
      "-ERR value is not an integer or out of range\r\n",
      "-ERR A client can only redirect to a single other client\r\n",
    ]);
  });

  it("refuses prefixes of which one key could have two", () => {
    const overlaps = (one: string, whose: string, other: string): string =>
      `-ERR Prefix '${one}' overlaps with ${whose} prefix '${other}'. Prefixes for a single client must not overlap.\r\n`;
    expect(
      answers(
        "client tracking on bcast prefix x prefix ab prefix abc",
        "client tracking on bcast prefix ab",
        "client tracking on bcast prefix a",
        "client tracking on bcast prefix b",
        "client trackinginfo",
        "client tracking off",
        "client trackinginfo",
      ),
    ).toEqual([
      overlaps("ab", "another provided", "abc"),
      OK,
      overlaps("a", "an existing", "ab"),
      OK,
      "*6\r\n$5\r\nflags\r\n*2\r\n$2\r\non\r\n$5\r\nbcast\r\n$8\r\nredirect\r\n:0\r\n$8\r\nprefixes\r\n*2\r\n$2\r\nab\r\n$1\r\nb\r\n",
      OK,
      "*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n",
    ]);
  });
});

describe("CLIENT CACHING", () => {
  it("belongs to the modes OPTIN and OPTOUT, and counts for one request", () => {
    const only = (word: string, mode: string): string =>
      `-ERR CLIENT CACHING ${word} is only valid when tracking is enabled in ${mode} mode.\r\n`;
    expect(
      answers(
        "client caching yes",
        "client tracking on optin",
        "client caching maybe",
        "client caching no",
        "client caching yes",
        "client getredir",
      ),
    ).toEqual([
      "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled\r\n",
      OK,
      "-ERR syntax error\r\n",
      only("NO", "OPTOUT"),
      OK,
      ":0\r\n",
    ]);
    const node = new TestExecutor();
    for (const line of [
      "client tracking on optin",
      "get a",
      "client caching yes",
      "get b",
      "get c",
    ]) {
      node.ask(line);
    }
    for (const line of ["client caching yes", "multi", "get d", "get e", "exec", "get f"]) {
      node.ask(line);
    }
    expect(node.executor.tracking.keyCount).toBe(3);
    for (const key of ["b", "d", "e"]) node.ask(`set ${key} 1`);
    expect(node.executor.tracking.keyCount).toBe(0);
  });

  it("NO spares the next request in mode OPTOUT", () => {
    const node = new TestExecutor();
    for (const line of ["client tracking on optout", "client caching no", "get a", "get b"]) {
      node.ask(line);
    }
    node.ask("set a 1");
    expect(node.executor.tracking.keyCount).toBe(1);
    node.ask("set b 1");
    expect(node.executor.tracking.keyCount).toBe(0);
  });
});

describe("a script", () => {
  it("that reads anything counts as a reading of all its keys", () => {
    const node = new TestExecutor();
    node.isClusterMode = false;
    node.ask("client tracking on");
    const run = (body: string): number => {
      node.execute(["eval", body, "2", "a", "b"]);
      return node.executor.tracking.keyCount;
    };
    expect(run("redis.call('set', 'c', '1')")).toBe(0);
    expect(run("redis.call('get', 'c')")).toBe(2);
  });
});
