/** Requests drawn from the command table's own notation of their arguments. */
import * as fc from "fast-check";
import type { CommandSpec } from "../engine/commands/spec.ts";
import { parseSyntax, type SyntaxArgument } from "../engine/commands/syntax.ts";
import { valueOf } from "./requests/values.ts";

export type Request = readonly string[];

/** A request of one of these commands, now and then with a word too many or too few. */
export function requestOf(specs: readonly CommandSpec[]): fc.Arbitrary<Request> {
  return fc.oneof(...specs.map(requestOfOne));
}

function requestOfOne(spec: CommandSpec): fc.Arbitrary<Request> {
  const name = fc.constantFrom(spec.name.split("|"), spec.name.toUpperCase().split("|"));
  const change = fc.oneof(
    { weight: 20, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom(1, -1) },
  );
  return fc
    .tuple(name, argumentsOf(spec.name, parseSyntax(spec.row.syntax)), change)
    .map(([first, words, by]) => {
      if (by === 0) return [...first, ...words];
      return by > 0 ? [...first, ...words, "{k}surplus"] : [...first, ...words].slice(0, -1);
    })
    .filter((argv) => argv.length > 0);
}

function argumentsOf(command: string, all: readonly SyntaxArgument[]): fc.Arbitrary<string[]> {
  const counted = countedKeys(command, all);
  if (counted !== undefined) return counted;
  return fc
    .tuple(...all.map((argument) => argumentOf(command, argument)))
    .map((parts) => parts.flat());
}

/** What is counted by a word in front of it, or goes with others of the same number, mostly is so. */
function countedKeys(
  command: string,
  all: readonly SyntaxArgument[],
): fc.Arbitrary<string[]> | undefined {
  const at = all.findIndex(
    ({ name, token }, index) =>
      token === "STREAMS" || (name === "numkeys" && (all[index + 1]?.isMultiple ?? false)),
  );
  const isCount = all[at]?.name === "numkeys";
  const second = isCount ? all[at + 1] : all[at]?.parts[1];
  if (second === undefined) return undefined;
  const pairs = fc.array(fc.tuple(valueOf(command, "key", "key"), onceOf(command, second)), {
    minLength: 1,
    maxLength: 3,
  });
  const middle = pairs.map((each) => {
    if (isCount) return [String(each.length), ...each.map(([key]) => key)];
    return ["STREAMS", ...each.map(([key]) => key), ...each.flatMap(([, id]) => id)];
  });
  const before = argumentsOf(command, all.slice(0, at));
  const after = argumentsOf(command, all.slice(isCount ? at + 2 : at + 1));
  const any = fc
    .tuple(...all.map((argument) => argumentOf(command, argument)))
    .map((parts) => parts.flat());
  return fc.oneof(
    { weight: 8, arbitrary: fc.tuple(before, middle, after).map((parts) => parts.flat()) },
    { weight: 1, arbitrary: any },
  );
}

function argumentOf(command: string, argument: SyntaxArgument): fc.Arbitrary<string[]> {
  const often = argument.isMultiple ? severalOf(command, argument) : onceOf(command, argument);
  return argument.isOptional ? fc.option(often, { nil: [], freq: 1 }) : often;
}

function severalOf(command: string, argument: SyntaxArgument): fc.Arbitrary<string[]> {
  const { token, repeatsToken } = argument;
  const once = onceOf(command, { ...argument, token: repeatsToken ? token : undefined });
  const first = token === undefined || repeatsToken ? [] : [token];
  return fc
    .array(once, { minLength: argument.isOptional ? 0 : 1, maxLength: 3 })
    .map((all) => [...first, ...all.flat()]);
}

function onceOf(command: string, argument: SyntaxArgument): fc.Arbitrary<string[]> {
  const token = argument.token === undefined ? [] : [argument.token];
  if (argument.type === "oneof") {
    return fc
      .oneof(...argument.parts.map((part) => argumentOf(command, part)))
      .map((words) => [...token, ...words]);
  }
  if (argument.type === "block") {
    return argumentsOf(command, argument.parts).map((words) => [...token, ...words]);
  }
  if (argument.type === "pure-token") {
    return fc.constantFrom(
      token,
      token.map((word) => word.toLowerCase()),
    );
  }
  return valueOf(command, argument.name, argument.type).map((word) => [...token, word]);
}
