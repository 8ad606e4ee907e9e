import { expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

it("FUNCTION knows no function, and refuses what Redis refuses", () => {
  const node = new TestExecutor();
  const dialogue: [string, string][] = [
    ["function flush", "+OK\r\n"],
    ["function flush async", "+OK\r\n"],
    ["function flush now", "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option\r\n"],
    [
      "function flush sync now",
      "-ERR unknown subcommand or wrong number of arguments for 'flush'. Try FUNCTION HELP.\r\n",
    ],
    ["function list", "*0\r\n"],
    ["function list libraryname withcode withcode", "*0\r\n"],
    ["function list withcode withcode", "-ERR Unknown argument withcode\r\n"],
    ["function list libraryname", "-ERR library name argument was not given\r\n"],
  ];
  expect(dialogue.map(([line]) => [line, node.ask(line)])).toEqual(dialogue);
});
