/** What a seed gives with nothing planted: a run that fails by itself proves nothing about a mutant. */
import type { PlantOrder, SeedAnswer } from "./protocol.ts";
import { MutantProcess } from "./mutantProcess.ts";

export class Baseline {
  private readonly order: PlantOrder;
  private readonly answers: Map<number, Promise<SeedAnswer>> = new Map();
  private child: MutantProcess | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(order: Omit<PlantOrder, "planted">) {
    this.order = { ...order, planted: [] };
  }

  /** Each seed runs once, whoever asks. */
  answer(seed: number): Promise<SeedAnswer> {
    let answer = this.answers.get(seed);
    if (answer === undefined) {
      answer = this.queue.then(() => {
        if (this.child?.isAlive !== true) this.child = new MutantProcess(this.order);
        return this.child.ask({ seed, isTwice: false });
      });
      this.queue = answer;
      this.answers.set(seed, answer);
    }
    return answer;
  }

  end(): void {
    this.child?.end();
  }
}
