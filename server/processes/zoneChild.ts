/** The process of one zone as its supervisor sees it: started again and again until it is to stay down. */
import { type ChildProcess, spawn } from "node:child_process";
import type { MachineStatus } from "../chaos/hostStatus.ts";
import type { ToldEvent } from "../chaos/moments.ts";
import type { ZoneStatus } from "../chaos/zones.ts";
import type { ZoneAnswer, ZoneOrder } from "./zoneAgent.ts";

const ANSWER_MS = 500;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
/** A process that ran so long begins with the first pause again. */
const STEADY_MS = 30_000;

export interface ZoneChildEvents {
  /** Its machines run: what is to be true of them has to be said anew. */
  started(): void;
  ended(why: string, againInMs: number): void;
  told(event: ToldEvent): void;
}

export class ZoneChild {
  readonly zone: string;
  private readonly command: readonly string[];
  private readonly events: ZoneChildEvents;
  private child: ChildProcess | undefined = undefined;
  private state: ZoneStatus["state"] = "down";
  private isWanted = false;
  private pauseMs = FIRST_PAUSE_MS;
  private startedMs = 0;
  private timer: NodeJS.Timeout | undefined = undefined;
  private lastAsk = 0;
  private readonly asked: Map<number, (machines: readonly MachineStatus[]) => void> = new Map();
  /** As they were when it last answered. */
  private known: readonly MachineStatus[] = [];
  /** Called when it serves the next time. */
  private readonly served: (() => void)[] = [];
  private becameReady: () => void = () => {};
  /** Resolves when it has served for the first time. */
  readonly ready: Promise<void> = new Promise((resolve) => {
    this.becameReady = resolve;
  });

  /** `command`: program and arguments. */
  constructor(zone: string, command: readonly string[], events: ZoneChildEvents) {
    this.zone = zone;
    this.command = command;
    this.events = events;
  }

  get status(): ZoneStatus {
    return { zone: this.zone, pid: this.child?.pid ?? 0, state: this.state };
  }

  start(): void {
    this.isWanted = true;
    clearTimeout(this.timer);
    if (this.child === undefined) this.spawn();
  }

  /** kill -9. Resolves when the process has ended, which is not started again by itself. */
  async kill(): Promise<void> {
    this.isWanted = false;
    clearTimeout(this.timer);
    await this.end(() => this.child?.kill("SIGKILL"));
  }

  /** In good order, or after a while by kill -9. */
  async stop(patienceMs: number): Promise<void> {
    this.isWanted = false;
    clearTimeout(this.timer);
    this.resume();
    const timer = setTimeout(() => this.child?.kill("SIGKILL"), patienceMs);
    await this.end(() => this.tell({ order: "stop" }));
    clearTimeout(timer);
  }

  /** By SIGTERM, as an operator would: it hands over what it leads. Resolves when it serves again. */
  async restart(patienceMs: number): Promise<void> {
    this.isWanted = false;
    clearTimeout(this.timer);
    this.resume();
    const timer = setTimeout(() => this.child?.kill("SIGKILL"), patienceMs);
    await this.end(() => this.child?.kill("SIGTERM"));
    clearTimeout(timer);
    const serves = new Promise<void>((resolve) => this.served.push(resolve));
    this.start();
    await serves;
  }

  hangUp(): void {
    this.child?.kill("SIGHUP");
  }

  pause(): void {
    if (this.child?.kill("SIGSTOP") === true) this.state = "paused";
  }

  resume(): void {
    if (this.state !== "paused") return;
    this.child?.kill("SIGCONT");
    this.state = "running";
  }

  tell(order: ZoneOrder): void {
    if (this.child?.connected === true) this.child.send(order, () => {});
  }

  /** What its machines are; those of a process that is away or stands still as they were last, and said to be so. */
  async machines(): Promise<readonly MachineStatus[]> {
    if (this.state === "running") this.known = (await this.ask()) ?? this.known;
    const { state } = this;
    if (state === "running") return this.known;
    if (state === "paused") return this.known.map((one) => ({ ...one, state }));
    const nothing = { role: "", leaseMs: 0, leads: [], clients: 0, commands: 0 };
    return this.known.map((one) => ({ ...one, ...nothing, state: "down" }));
  }

  private ask(): Promise<readonly MachineStatus[] | undefined> {
    const ask = ++this.lastAsk;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.asked.delete(ask);
        resolve(undefined);
      }, ANSWER_MS);
      this.asked.set(ask, (machines) => {
        clearTimeout(timer);
        this.asked.delete(ask);
        resolve(machines);
      });
      this.tell({ order: "status", ask });
    });
  }

  private end(order: () => void): Promise<void> {
    const { child } = this;
    if (child === undefined) return Promise.resolve();
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    order();
    return ended;
  }

  private spawn(): void {
    const [program = "", ...argv] = this.command;
    this.startedMs = performance.now();
    this.state = "starting";
    // Ctrl-C on the terminal is for the supervisor alone, which ends the zones itself.
    const child = spawn(program, argv, {
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.child = child;
    child.on("message", (said: ZoneAnswer) => this.heard(said));
    child.on("exit", (code, signal) => this.ended(signal ?? `exit code ${code}`));
  }

  private heard(said: ZoneAnswer): void {
    if (said.answer === "status") return this.asked.get(said.ask)?.(said.machines);
    if (said.answer === "event") return this.events.told(said.event);
    if (said.answer === "ready") return this.serves();
    this.state = "running";
    this.events.started();
  }

  private serves(): void {
    this.becameReady();
    for (const resolve of this.served.splice(0)) resolve();
  }

  private ended(why: string): void {
    this.child = undefined;
    this.state = "down";
    if (!this.isWanted) return this.events.ended(why, -1);
    if (performance.now() - this.startedMs > STEADY_MS) this.pauseMs = FIRST_PAUSE_MS;
    this.events.ended(why, this.pauseMs);
    this.timer = setTimeout(() => this.spawn(), this.pauseMs);
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }
}
