/** Writes a scenario as a person would: one line a fault, an operation and a decision. */
import type { Scenario } from "./scenario.ts";

/** JSON that readScenarioFile takes back; ends with a line feed. Operations leave out what is 0. */
export function scenarioText(scenario: Scenario): string {
  const { nemesis, operations, expect, decisions, ...head } = scenario;
  const lines = Object.entries(head).map(([name, value]) => `"${name}": ${spaced(value)}`);
  lines.push(listText("nemesis", nemesis));
  if (operations !== undefined) lines.push(listText("operations", operations.map(withoutZeros)));
  lines.push(listText("expect", expect));
  if (decisions !== undefined) lines.push(listText("decisions", decisions));
  return `{\n  ${lines.join(",\n  ")}\n}\n`;
}

function listText(name: string, items: readonly unknown[]): string {
  if (items.length === 0) return `"${name}": []`;
  return `"${name}": [\n    ${items.map(spaced).join(",\n    ")}\n  ]`;
}

/** On one line, with the spaces that JSON.stringify leaves out there. */
function spaced(value: unknown): string {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? `{ ${Object.entries(value)
        .map(([name, each]) => `"${name}": ${JSON.stringify(each)}`)
        .join(", ")} }`.replace("{  }", "{}")
    : JSON.stringify(value);
}

function withoutZeros(operation: object): object {
  return Object.fromEntries(
    Object.entries(operation).filter(([name, value]) => name === "atMs" || value !== 0),
  );
}
