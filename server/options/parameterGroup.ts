/** A file of parameters, the laptop's parameter group: lines "name value" or "name=value", or JSON in the forms of the AWS command line. */
import { type GivenOption, parseLines } from "./given.ts";
import { memoryDbNames, memoryDbParameter } from "./memoryDbParameters.ts";
import { nearest } from "./nearest.ts";
import { OptionError } from "./optionError.ts";

/** Throws OptionError: for what is no parameter of the service, and for text in neither form. */
export function readParameterGroup(path: string, text: string): GivenOption[] {
  const given = text.trimStart().startsWith("{") ? parseJson(path, text) : parseLines(path, text);
  for (const { name, where } of given) {
    if (memoryDbParameter(name) !== undefined) continue;
    const near = nearest(name, memoryDbNames);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new OptionError(
      `${where}: Amazon MemoryDB has no parameter "${name}"${hint}: "npm run serve -- parameters" lists those it has`,
    );
  }
  return given;
}

/** {"Parameters": [{"Name", "Value"}]} as describe-parameters prints it, or {"ParameterNameValues": [{"ParameterName", "ParameterValue"}]}. */
function parseJson(path: string, text: string): GivenOption[] {
  const shape = `${path} must be JSON as "aws memorydb describe-parameters" prints it, or lines "name value"`;
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    throw new OptionError(shape);
  }
  const rows = field(whole, "Parameters") ?? field(whole, "ParameterNameValues");
  if (!Array.isArray(rows)) throw new OptionError(shape);
  const given: GivenOption[] = [];
  for (const [index, row] of rows.entries()) {
    const name = field(row, "Name") ?? field(row, "ParameterName");
    const value = field(row, "Value") ?? field(row, "ParameterValue") ?? "";
    if (typeof name !== "string" || typeof value !== "string") throw new OptionError(shape);
    given.push({
      name: name.toLowerCase(),
      words: [value],
      where: `${path}, parameter ${index + 1}`,
    });
  }
  return given;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
