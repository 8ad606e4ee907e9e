/** Looks now and then whether a file system still has room, so that writes can be refused before the log fails. */

const EVERY_MS = 1000;
/** Room is there again when it is more than the reserve by this factor: else it could come and go. */
const AGAIN = 1.25;

export type AskFreeBytes = (done: (error: Error | null, bytes: number) => void) => void;

export class SpaceWatch {
  isLow: boolean = false;
  private readonly ask: AskFreeBytes;
  private readonly reserveBytes: number;
  private readonly onChange: (isLow: boolean, freeBytes: number) => void;
  private timer: NodeJS.Timeout | undefined = undefined;
  private isStopped = false;

  constructor(
    ask: AskFreeBytes,
    reserveBytes: number,
    onChange: (isLow: boolean, freeBytes: number) => void,
  ) {
    this.ask = ask;
    this.reserveBytes = reserveBytes;
    this.onChange = onChange;
    this.look();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private look(): void {
    this.ask((error, bytes) => {
      if (this.isStopped) return;
      // Without an answer nothing is known, and nothing changes.
      if (error === null) this.judge(bytes);
      this.timer = setTimeout(() => this.look(), EVERY_MS);
      this.timer.unref();
    });
  }

  private judge(freeBytes: number): void {
    const isLow = freeBytes < this.reserveBytes * (this.isLow ? AGAIN : 1);
    if (isLow === this.isLow) return;
    this.isLow = isLow;
    this.onChange(isLow, freeBytes);
  }
}
