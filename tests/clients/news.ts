/**
 * Writes that are told by PUBLISH: who hears of one finds it, or a later one. A library may hear one twice: it repeats a PUBLISH that was not
 * answered, and listens to a new node before it leaves the old one.
 */
import type { Library } from "./library.ts";
import { pause } from "./zoneProcesses.ts";

const PAUSE_MS = 50;

export class News {
  readonly faults: string[] = [];
  private readonly library: Library;
  private readonly key: string;
  private readonly slowness: number;
  private readonly heard: Map<number, number> = new Map();
  private readonly reads: Promise<void>[] = [];
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(name: string, library: Library, slowness: number) {
    this.key = `${name}:news`;
    this.library = library;
    this.slowness = slowness;
  }

  async start(): Promise<void> {
    await this.library.listen(this.key, (message) => this.hear(Number(message)));
    this.running = this.tell();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
    await Promise.all(this.reads);
  }

  heardSince(atMs: number): number {
    return [...this.heard.values()].filter((heardMs) => heardMs >= atMs).length;
  }

  private async tell(): Promise<void> {
    for (let n = 1; !this.isStopping; n++) {
      try {
        await this.library.set(this.key, String(n));
        await this.library.publish(this.key, String(n));
      } catch {
        // Told or not: what counts is what is heard.
      }
      await pause(PAUSE_MS * this.slowness);
    }
  }

  private hear(n: number): void {
    this.heard.set(n, performance.now());
    this.reads.push(this.read(n));
  }

  private async read(n: number): Promise<void> {
    try {
      const found = Number(await this.library.get(this.key));
      if (!(found >= n)) this.faults.push(`${n} was heard, and ${found} was read behind it`);
    } catch {
      // Nobody answers: nothing is shown.
    }
  }
}
