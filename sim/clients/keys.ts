/**
 * Names of the keys that workloads use. A name carries a hash tag that puts it into one shard's slots; the slot function
 * is the client's own, as a real client library has its own.
 */

const SLOTS = 16_384;

/** CRC-16/XMODEM of the hash tag, or of the whole key if it has none, modulo 16,384. */
export function slotOfKey(key: string): number {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  const tag = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (let index = 0; index < tag.length; index++) {
    crc ^= tag.charCodeAt(index) << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc % SLOTS;
}

/** Shard i of n owns the slots [16384·i/n, 16384·(i+1)/n), each end rounded down. */
export function shardOfSlot(slot: number, shardCount: number): number {
  let shard = Math.floor((slot * shardCount) / SLOTS);
  while (slot < Math.floor((SLOTS * shard) / shardCount)) shard--;
  while (slot >= Math.floor((SLOTS * (shard + 1)) / shardCount)) shard++;
  return shard;
}

/** Makes names such as "counters:3:{17}" that all live in one shard. */
export class KeyNames {
  private readonly tags: string[] = [];
  private tried = 0;

  private readonly shard: number;
  private readonly shardCount: number;

  constructor(shard: number, shardCount: number) {
    this.shard = shard;
    this.shardCount = shardCount;
  }

  /** The same arguments give the same name. */
  nameOf(kind: string, index: number, generation: number): string {
    const stem = generation === 0 ? `${kind}:${index}` : `${kind}:${index}.${generation}`;
    return `${stem}:{${this.tag(index)}}`;
  }

  private tag(index: number): string {
    while (this.tags.length <= index) {
      const tag = String(this.tried++);
      if (shardOfSlot(slotOfKey(tag), this.shardCount) === this.shard) this.tags.push(tag);
    }
    return this.tags[index] as string;
  }
}

/** The workload kind that a key belongs to; "" for a key of nobody. */
export function kindOfKey(key: string): string {
  const colon = key.indexOf(":");
  return colon < 0 ? "" : key.slice(0, colon);
}

/** The keys of a group, which bear its name and so its hash tag; the name itself is no key. */
export function keysOfGroup(group: string, count: number): readonly string[] {
  return LETTERS.slice(0, count).map((letter) => `${group}:${letter}`);
}

const LETTERS: readonly string[] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** Each write of the key is told on the channel of its name. */
export function isTold(key: string): boolean {
  return kindOfKey(key) === "messages";
}

/** Every other value is told in one transaction with its write, the rest behind it. */
export function isToldAtOnce(value: string): boolean {
  return value.charCodeAt(value.length - 1) % 2 === 0;
}

const TWIN = ":twin";

/** The other one of two keys that are only written together, by one MULTI or one script; undefined for all other keys. */
export function writtenWith(key: string): string | undefined {
  if (key.startsWith("scripts:") && key.endsWith(":d")) return `${key.slice(0, -1)}e`;
  if (key.startsWith("scripts:") && key.endsWith(":e")) return `${key.slice(0, -1)}d`;
  return twinOf(key);
}

/** The key that a transaction writes together with this one; undefined for keys of other kinds than "pairs". */
export function twinOf(key: string): string | undefined {
  return key.startsWith("pairs:") && !key.endsWith(TWIN) ? key + TWIN : undefined;
}
