/** Answers as redis-cli prints them on a terminal. */
import type { RespValue } from "../../sim/live/respValue.ts";

/** Commands whose answer is a text for people, not a value. */
const textCommands = /^\s*(info|lolwut|cluster\s+(nodes|info)|client\s+(list|info))\b/i;

/** The answer to a line that was typed. */
export function answerText(line: string, value: RespValue): string {
  return value.type === "bulk" && textCommands.test(line)
    ? value.text.replaceAll("\r\n", "\n")
    : respText(value);
}

function respText(value: RespValue): string {
  switch (value.type) {
    case "simple":
    case "verbatim":
      return value.text;
    case "bulk":
      return quoted(value.text);
    case "error":
      return `(error) ${value.text}`;
    case "integer":
    case "double":
      return `(${value.type}) ${value.text}`;
    case "null":
      return "(nil)";
    case "boolean":
      return value.value ? "(true)" : "(false)";
    case "array":
    case "set":
    case "push":
      return listText(value.type, value.items.map(respText));
    case "map":
      return listText("map", value.items.map(pairText));
  }
}

type ListType = "array" | "set" | "push" | "map";

const listMarks: Readonly<Record<ListType, string>> = { array: ")", set: "~", push: ">", map: "#" };
const listNames: Readonly<Record<ListType, string>> = {
  array: "array",
  set: "set",
  push: "push",
  map: "hash",
};

/** Numbered lines; what takes several lines itself is moved to the right of its number. */
function listText(type: ListType, items: readonly string[]): string {
  if (items.length === 0) return `(empty ${listNames[type]})`;
  const digits = String(items.length).length;
  return items
    .map((item, index) => {
      const head = `${String(index + 1).padStart(digits)}${listMarks[type]} `;
      return head + indented(item, head.length);
    })
    .join("\n");
}

function pairText([key, value]: readonly [RespValue, RespValue]): string {
  const head = `${respText(key)} => `;
  return head + indented(respText(value), head.length);
}

function indented(text: string, columns: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(columns)}`);
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\x07": "\\a",
  "\b": "\\b",
};

/** Bytes outside of printable ASCII as \x00, so that every value can be told from every other. */
function quoted(latin1: string): string {
  let text = "";
  for (const char of latin1) {
    const code = char.charCodeAt(0);
    const isPrintable = code >= 0x20 && code < 0x7f;
    text += escapes[char] ?? (isPrintable ? char : `\\x${code.toString(16).padStart(2, "0")}`);
  }
  return `"${text}"`;
}
