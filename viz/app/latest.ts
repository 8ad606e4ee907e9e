/** Asks one question at a time. Those that come meanwhile wait, and only the newest of them is asked: answers are never stale. */
export class Latest<Question, Answer> {
  readonly #ask: (question: Question) => Promise<Answer>;
  readonly #heard: (answer: Answer, question: Question) => void;
  readonly #failed: (error: unknown, question: Question) => void;
  #isAsking = false;
  #waiting: { readonly question: Question } | undefined;

  constructor(
    ask: (question: Question) => Promise<Answer>,
    heard: (answer: Answer, question: Question) => void,
    failed: (error: unknown, question: Question) => void,
  ) {
    this.#ask = ask;
    this.#heard = heard;
    this.#failed = failed;
  }

  ask(question: Question): void {
    this.#waiting = { question };
    if (!this.#isAsking) void this.#work();
  }

  /** What waits is not asked, and what is under way is not heard. */
  forget(): void {
    this.#waiting = undefined;
    this.#generation++;
  }

  #generation = 0;

  async #work(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting !== undefined) {
      const { question } = this.#waiting;
      this.#waiting = undefined;
      const generation = this.#generation;
      try {
        const answer = await this.#ask(question);
        if (this.#isWanted(generation)) this.#heard(answer, question);
      } catch (error) {
        if (this.#isWanted(generation)) this.#failed(error, question);
      }
    }
    this.#isAsking = false;
  }

  #isWanted(generation: number): boolean {
    return generation === this.#generation && this.#waiting === undefined;
  }
}
