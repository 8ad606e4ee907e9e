import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

describe("CLIENT PAUSE and UNPAUSE", () => {
  it("read the mode before the time", () => {
    const node = new TestExecutor();
    const replies: readonly (readonly [string, string])[] = [
      ["CLIENT PAUSE 1", "+OK\r\n"],
      ["CLIENT PAUSE 1 write", "+OK\r\n"],
      ["CLIENT PAUSE 1 ALL", "+OK\r\n"],
      ["CLIENT PAUSE 1 SOME", "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n"],
      ["CLIENT PAUSE x SOME", "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n"],
      ["CLIENT PAUSE x", "-ERR timeout is not an integer or out of range\r\n"],
      ["CLIENT PAUSE -1 ALL", "-ERR timeout is negative\r\n"],
      ["CLIENT PAUSE", "-ERR wrong number of arguments for 'client|pause' command\r\n"],
      [
        "CLIENT PAUSE 1 ALL x",
        "-ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.\r\n",
      ],
      ["CLIENT UNPAUSE", "+OK\r\n"],
      ["CLIENT UNPAUSE x", "-ERR wrong number of arguments for 'client|unpause' command\r\n"],
    ];
    for (const [request, reply] of replies) {
      expect([request, node.ask(request)]).toEqual([request, reply]);
    }
  });
});
