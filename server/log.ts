/** What the server tells its operator: lines of text in Redis's form, on the standard output. */

export type LogLevel = "debug" | "verbose" | "notice" | "warning";

export type LogFields = Readonly<Record<string, string | number>>;

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, verbose: 1, notice: 2, warning: 3 };
const marks: Readonly<Record<LogLevel, string>> = {
  debug: ".",
  verbose: "-",
  notice: "*",
  warning: "#",
};

export class Log {
  private readonly least: number;
  private readonly write: (line: string) => void;

  constructor(level: LogLevel, write: (line: string) => void) {
    this.least = ranks[level];
    this.write = write;
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

  private line(level: LogLevel, text: string, fields: LogFields = {}): void {
    if (ranks[level] < this.least) return;
    let line = `${process.pid}:M ${redisTime(new Date())} ${marks[level]} ${text}`;
    for (const [name, value] of Object.entries(fields)) {
      if (value !== "" && value !== -1) line += ` ${name}=${value}`;
    }
    this.write(`${line}\n`);
  }
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "29 Nov 2026 18:09:02.418", local time. */
function redisTime(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const milliseconds = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getDate())} ${months[at.getMonth()]} ${at.getFullYear()} ${clock}.${milliseconds}`;
}
