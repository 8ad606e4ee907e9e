/** redis-py in a Python process of its own, which is asked by lines of JSON: redisPy.py. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  type Answers,
  type Endpoint,
  type Library,
  type LibraryKind,
  Refused,
  type Repeats,
} from "../library.ts";

const script = fileURLToPath(new URL("redisPy.py", import.meta.url));
/** Debian's, which has Debian's python3-redis. */
export const PYTHON = "/usr/bin/python3";

export const redisPy: LibraryKind = { name: "redis-py", open };

async function open(endpoints: readonly Endpoint[], repeats: Repeats): Promise<Library> {
  const places = endpoints.map(({ host, port }) => `${host}:${port}`);
  const process = new PythonProcess([script, repeats, ...places]);
  const ask =
    <Method extends keyof Answers>(method: Method) =>
    (...given: Parameters<Answers[Method]>) =>
      process.ask(method, given) as ReturnType<Answers[Method]>;
  const library: Library = {
    get: ask("get"),
    set: ask("set"),
    increment: ask("increment"),
    hashGet: ask("hashGet"),
    hashSet: ask("hashSet"),
    hashIncrement: ask("hashIncrement"),
    score: ask("score"),
    scoreSet: ask("scoreSet"),
    scoreIncrement: ask("scoreIncrement"),
    push: ask("push"),
    list: ask("list"),
    add: ask("add"),
    entries: ask("entries"),
    exchange: ask("exchange"),
    pop: ask("pop"),
    publish: ask("publish"),
    listen: async (channel, heard) => {
      process.onMessage = heard;
      await process.ask("listen", [channel]);
    },
    close: () => process.end(),
  };
  try {
    await library.get("ready?");
    return library;
  } catch (error) {
    await library.close();
    throw error;
  }
}

interface Line {
  readonly id?: number;
  readonly reply?: unknown;
  readonly refused?: string;
  readonly unknown?: string;
  readonly message?: string;
}

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

class PythonProcess {
  onMessage: (message: string) => void = () => {};
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: Map<number, Waiting> = new Map();
  private complaints = "";
  private nextId = 1;
  private hasEnded = false;

  constructor(argv: readonly string[]) {
    this.child = spawn(PYTHON, argv, { stdio: "pipe" });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.complaints = (this.complaints + text).slice(-2000);
    });
    createInterface({ input: this.child.stdout }).on("line", (text) => this.take(text));
    this.child.on("close", () => {
      const error = new Error(`Python ended:\n${this.complaints}`);
      this.hasEnded = true;
      for (const asked of this.waiting.values()) asked.reject(error);
    });
  }

  ask(method: string, given: readonly unknown[]): Promise<unknown> {
    const id = this.nextId++;
    this.child.stdin.write(`${JSON.stringify({ id, method, arguments: given })}\n`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  async end(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise<void>((resolve) => this.child.once("close", () => resolve()));
    this.child.kill("SIGKILL");
    await ended;
  }

  private take(text: string): void {
    const line = JSON.parse(text) as Line;
    if (line.message !== undefined) return this.onMessage(line.message);
    const asked = this.waiting.get(line.id ?? 0);
    this.waiting.delete(line.id ?? 0);
    if (line.refused !== undefined) asked?.reject(new Refused(line.refused));
    else if (line.unknown !== undefined) asked?.reject(new Error(line.unknown));
    else asked?.resolve(line.reply);
  }
}
