/** Instants as the page shows and reads them: seconds from the start of the load. */

/** Microseconds since the run began → "15.003211 s", counted from the load. */
export function instantText(atUs: number, loadedUs: number): string {
  return `${((atUs - loadedUs) / 1_000_000).toFixed(6)} s`;
}

/** "15.003211", "15.003 s", "250 ms", "-1 s" → microseconds since the run began; undefined: not a time. */
export function readInstant(text: string, loadedUs: number): number | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?)\s*(s|ms|µs|us)?$/.exec(text.trim().replace("−", "-"));
  if (match === null) return undefined;
  const factor = { s: 1_000_000, ms: 1000, µs: 1, us: 1 }[match[2] ?? "s"] ?? 1;
  return Math.round(Number(match[1]) * factor) + loadedUs;
}
