/** Rules for parameters that are strings: why a value is refused, or nothing. */

const LONGEST_HOST_NAME = 255;

export function hostName(value: string): string | undefined {
  if (value.length > LONGEST_HOST_NAME) return "Hostnames must be less than 256 characters";
  if (/^[A-Za-z0-9.-]*$/.test(value)) return undefined;
  return "Hostnames may only contain alphanumeric characters, hyphens or dots";
}

export function dumpFileName(value: string): string | undefined {
  return isPath(value) ? "dbfilename can't be a path, just a filename" : undefined;
}

export function appendFileName(value: string): string | undefined {
  if (value === "") return "appendfilename can't be empty";
  return isPath(value) ? "appendfilename can't be a path, just a filename" : undefined;
}

export function appendFolderName(value: string): string | undefined {
  if (value === "") return "appenddirname can't be empty";
  return isPath(value) ? "appenddirname can't be a path, just a dirname" : undefined;
}

/** Variables of the process's title that may be empty, and those that never are. */
const EMPTY_VARIABLES: ReadonlySet<string> = new Set(["title", "unixsocket", "config-file"]);
const FULL_VARIABLES: ReadonlySet<string> = new Set([
  "listen-addr",
  "server-mode",
  "port",
  "tls-port",
]);

/** Words in braces are variables, "{{" is a brace; the title that comes of it may not be empty. */
export function processTitle(value: string): string | undefined {
  const why = "template format is invalid or contains unknown variables";
  let isEmpty = true;
  for (const [, plain, braced] of value.matchAll(/([^{]+|\{\{)|\{([^}]*\}?)/g)) {
    if (plain !== undefined) {
      isEmpty = false;
      continue;
    }
    const name = braced?.endsWith("}") === true ? braced.slice(0, -1) : "";
    if (FULL_VARIABLES.has(name)) isEmpty = false;
    else if (!EMPTY_VARIABLES.has(name)) return why;
  }
  return isEmpty ? why : undefined;
}

function isPath(value: string): boolean {
  return value.includes("/") || value.includes("\\");
}
