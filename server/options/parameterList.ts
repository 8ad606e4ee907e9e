/** What `npm run serve -- parameters` prints: every parameter of the service with its value, default and range. */
import type { GivenOption } from "./given.ts";
import { memoryDbParameters } from "./memoryDbParameters.ts";
import { memoryDbValues } from "./memoryDbValues.ts";

/** The long list of policies stands last in its line, so that it stretches no other. */
const titles = ["name", "value", "default", "changeable", "allowed"];

/** Throws OptionError for a value that is not allowed. */
export function parameterList(options: readonly GivenOption[]): string {
  const values = memoryDbValues(options);
  const rows = memoryDbParameters.map(({ name, initial, allowed, isChangeable }) => [
    name,
    shown(values.get(name) ?? ""),
    shown(initial),
    isChangeable ? "yes" : "no",
    allowed === "" ? "flags of Redis's notify-keyspace-events" : allowed,
  ]);
  const table = [titles, ...rows];
  const widths = titles.map((_title, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function shown(value: string): string {
  return value === "" ? '""' : value;
}
