/** A history that cannot be read or written: what was expected, and on which line of the file; line 0: of the whole. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(line > 0 ? `line ${line}: ${message}` : message);
    this.line = line;
  }
}
