import { expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
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

it("a library is loaded, listed, called, dumped, deleted and restored", () => {
  const node = new TestExecutor();
  const ask = (...argv: readonly string[]) => latin1Of(node.execute(argv).reply);
  const code =
    "#!lua name=lib\nredis.register_function{function_name='put', callback=function(k, a) return redis.call('SET', k[1], a[1]) end}" +
    "\nredis.register_function{function_name='look', callback=function(k) return redis.call('GET', k[1]) end, flags={'no-writes'}}";
  expect(ask("FUNCTION", "LOAD", code)).toBe("$3\r\nlib\r\n");
  expect(ask("FUNCTION", "LOAD", code)).toBe("-ERR Library 'lib' already exists\r\n");
  expect(ask("FUNCTION", "LOAD", "#!lua name=lib\nx =")).toBe(
    "-ERR Library 'lib' already exists\r\n",
  );
  expect(ask("FUNCTION", "STATS")).toContain(":2\r\n");
  expect(ask("FCALL", "put", "1", "b", "value")).toBe("+OK\r\n");
  expect(ask("FCALL_RO", "look", "1", "b")).toBe("$5\r\nvalue\r\n");
  expect(ask("FCALL_RO", "put", "1", "b", "other")).toMatch(
    /^-ERR Can not execute a script with write flag using \*_ro command\./,
  );
  const dump = ask("FUNCTION", "DUMP")
    .replace(/^\$\d+\r\n/, "")
    .slice(0, -2);
  expect(ask("FUNCTION", "DELETE", "lib")).toBe("+OK\r\n");
  expect(ask("FCALL", "look", "1", "b")).toBe("-ERR Function not found\r\n");
  expect(ask("FUNCTION", "RESTORE", dump)).toBe("+OK\r\n");
  expect(ask("FCALL", "look", "1", "b")).toBe("$5\r\nvalue\r\n");
  expect(ask("FUNCTION", "RESTORE", dump)).toBe("-ERR Library lib already exists\r\n");
});
