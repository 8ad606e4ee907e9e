/** What the server tells its operator: lines in Redis's form, or an object of JSON a line. */
import { appendFileSync } from "node:fs";

export type LogLevel = "debug" | "verbose" | "notice" | "warning";

export type LogFormat = "plain" | "json";

export type LogFields = Readonly<Record<string, string | number>>;

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, verbose: 1, notice: 2, warning: 3 };
const marks: Readonly<Record<LogLevel, string>> = {
  debug: ".",
  verbose: "-",
  notice: "*",
  warning: "#",
};

export class Log {
  /** Lines of lower levels are not written. */
  level: LogLevel;
  private readonly write: (line: string) => void;
  private readonly format: LogFormat;

  constructor(level: LogLevel, write: (line: string) => void, format: LogFormat = "plain") {
    this.level = level;
    this.write = write;
    this.format = format;
  }

  debug(text: string, fields?: LogFields): void {
    this.line("debug", text, fields);
  }

  notice(text: string, fields?: LogFields): void {
    this.line("notice", text, fields);
  }

  warn(text: string, fields?: LogFields): void {
    this.line("warning", text, fields);
  }

  /** Fields that say nothing ("" and -1) are left out. */
  private line(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (ranks[level] < ranks[this.level]) return;
    const said = Object.entries(fields).filter(([, value]) => value !== "" && value !== -1);
    const at = new Date();
    if (this.format === "json") {
      const head = { time: at.toISOString(), level, process: process.pid, event };
      return this.write(`${JSON.stringify({ ...head, fields: Object.fromEntries(said) })}\n`);
    }
    const words = said.map(([name, value]) => ` ${name}=${value}`);
    this.write(`${process.pid}:M ${redisTime(at)} ${marks[level]} ${event}${words.join("")}\n`);
  }
}

/**
 * Writes lines to a file, "" for the standard output. As in Redis the file is opened anew for every line: one that is renamed or removed
 * is made again, without a signal. Throws the system's error if it cannot be written now.
 */
export function lineWriter(path: string): (line: string) => void {
  if (path === "") return (line) => void process.stdout.write(line);
  appendFileSync(path, "");
  return (line) => {
    try {
      appendFileSync(path, line);
    } catch {
      // A full disk must not end the server; there is nowhere to tell of it.
    }
  };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "29 Nov 2026 18:09:02.418", local time. */
function redisTime(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const milliseconds = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getDate())} ${months[at.getMonth()]} ${at.getFullYear()} ${clock}.${milliseconds}`;
}
