/** A failing sequence as lines of redis-cli. */
import type { Failure } from "./campaign.ts";
import type { Request } from "./grammar.ts";
import type { Step } from "./lab.ts";

/** What differs again. `about`: what the campaign's sequences were about, undefined for all. */
export function failureText(failure: Failure, about: string | undefined): string {
  return textOf("differs", failure, about);
}

/** What differed once. */
export function onceText(failure: Failure, about: string | undefined): string {
  return textOf("differed once and not when repeated", failure, about);
}

/** redis-server's own end. */
export function endedText(how: string, steps: readonly Step[]): string {
  const lines = steps.map(({ client, argv }) => `  client ${client}> ${commandLine(argv)}`);
  return [
    `redis-server itself has ended (${how}), behind`,
    ...lines,
    "If that is its own fault, keep the generator from it (fuzz/requests/, fuzz/lab.ts) and say why.",
  ].join("\n");
}

function textOf(what: string, failure: Failure, about: string | undefined): string {
  const { seed, path, sequence, difference } = failure;
  const { isCluster, versions } = sequence;
  const steps = sequence.steps.slice(0, difference.step + 1);
  const clients = new Set(steps.map(({ client }) => client));
  const lines = steps.map(({ client, argv }) => {
    const who = clients.size > 1 || client > 0 ? `client ${client}> ` : "";
    return `  ${who}${commandLine(argv)}`;
  });
  const protocols = [...clients].map((client) => `client ${client}: RESP${versions[client]}`);
  return [
    `${what}, ${isCluster ? "as a cluster" : "without cluster mode"}, ${protocols.join(", ")}:`,
    ...lines,
    `  to client ${difference.client}, which asked ${commandLine(difference.argv)}`,
    `  redis: ${JSON.stringify(shortened(difference.theirs))}`,
    `  here:  ${JSON.stringify(shortened(difference.mine))}`,
    `again: npm run fuzz:redis -- seed=${seed} path=${path}${about === undefined ? "" : ` about=${about}`}`,
  ].join("\n");
}

/** One line that redis-cli reads as this request. */
export function commandLine(argv: Request): string {
  return argv.map((word) => (/^[\w{}*.:@|+-]+$/.test(word) ? word : quoted(word))).join(" ");
}

function quoted(word: string): string {
  let text = "";
  for (const char of word) {
    const code = char.charCodeAt(0);
    if (char === '"' || char === "\\") text += `\\${char}`;
    else if (code >= 32 && code < 127) text += char;
    else text += `\\x${code.toString(16).padStart(2, "0")}`;
  }
  return `"${text}"`;
}

const MOST_SHOWN = 2000;

function shortened(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}… (${text.length} bytes)`;
}
