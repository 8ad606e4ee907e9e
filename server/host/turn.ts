/**
 * What is to be done once everything that the sockets brought in this turn of the event loop has been taken: clients' requests are
 * executed, their writes go to the log's machines here, and what these answer comes back, all in the same turn where no disk is waited
 * for. A step of that way in a turn of its own would be a look at the sockets each, which costs more than the step.
 */

/** Done before the sockets are looked at again. */
const TASKS_A_TURN = 4096;

export class Turn {
  private tasks: (() => void)[] = [];
  private head = 0;
  private isScheduled = false;

  /** In the order of these calls; those that a task adds belong to the same turn. */
  add(task: () => void): void {
    this.tasks.push(task);
    if (!this.isScheduled) this.schedule();
  }

  private schedule(): void {
    this.isScheduled = true;
    setImmediate(() => this.run());
  }

  private run(): void {
    for (let left = TASKS_A_TURN; left > 0; left--) {
      const task = this.tasks[this.head];
      if (task === undefined) break;
      this.head += 1;
      task();
    }
    if (this.head < this.tasks.length) return this.schedule();
    this.tasks = [];
    this.head = 0;
    this.isScheduled = false;
  }
}
