/** What work costs in virtual time, so that queues build. Nanoseconds: sums are rounded up to microseconds once a step. */

/** Any step of a machine: waking the thread, the system call, the dispatch. */
export const stepNs = 4000;
/** Each byte that comes in or goes out: copies and checksums. */
export const byteNs = 1;
/** Each request of a client, beside its bytes. */
export const requestNs = 3000;
/** Each loop or call of a script, measured (35 to 80 on one core of a server); a command that it calls counts as fifty. */
export const loopNs = 60;
/** Each byte of a frame on the wire, at 10 Gbit/s. */
export const wireByteNs = 0.8;
/** Each byte written to or read from a disk, at 1 GB/s. */
export const diskByteNs = 1;

/** How many requests of the RESP protocol start in these bytes: an asterisk at the start of a line. At least one. */
export function requestsIn(bytes: Uint8Array): number {
  let requests = 0;
  let previous = 10;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte === 42 && previous === 10) requests += 1;
    previous = byte;
  }
  return requests === 0 ? 1 : requests;
}
