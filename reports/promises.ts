/** The figures that the design promises, set beside what was measured. */
export const promises: {
  readonly plannedUs: number;
  readonly unplannedUs: number;
  readonly unplannedAimP99Us: number;
} = { plannedUs: 200_000, unplannedUs: 10_000_000, unplannedAimP99Us: 4_000_000 };

/** The limit that a failover or an outage caused by it must stay under. */
export function promisedUs(planned: boolean): number {
  return planned ? promises.plannedUs : promises.unplannedUs;
}
