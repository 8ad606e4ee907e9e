/**
 * A byte string as Redis shows it to people (MONITOR, SLOWLOG's log file): in double quotes, with C's escapes for what
 * cannot be printed.
 */
export function quoted(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : `"${text.replace(/[^ !#-[\]-~]/g, escaped)}"`;
}

function escaped(char: string): string {
  return escapes.get(char) ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ['"', '\\"'],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\x07", "\\a"],
  ["\b", "\\b"],
]);
