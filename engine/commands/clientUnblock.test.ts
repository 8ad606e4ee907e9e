import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

describe("CLIENT UNBLOCK", () => {
  it("reads its reason before the number, and answers 0 for who waits for nothing", () => {
    const node = new TestExecutor();
    const replies: readonly (readonly [string, string])[] = [
      ["CLIENT UNBLOCK 1", ":0\r\n"],
      ["CLIENT UNBLOCK 99 error", ":0\r\n"],
      ["CLIENT UNBLOCK x", "-ERR value is not an integer or out of range\r\n"],
      ["CLIENT UNBLOCK x timeout", "-ERR value is not an integer or out of range\r\n"],
      ["CLIENT UNBLOCK x y", "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n"],
      ["CLIENT UNBLOCK", "-ERR wrong number of arguments for 'client|unblock' command\r\n"],
      [
        "CLIENT unblock 1 ERROR x",
        "-ERR unknown subcommand or wrong number of arguments for 'unblock'. Try CLIENT HELP.\r\n",
      ],
    ];
    for (const [request, reply] of replies) {
      expect([request, node.ask(request)]).toEqual([request, reply]);
    }
  });
});
