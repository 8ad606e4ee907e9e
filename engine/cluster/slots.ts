/**
 * The 16,384 slots of Redis Cluster and which shard owns them. The ranges are equal and fixed: shard i of n owns
 * [⌊16384·i/n⌋, ⌊16384·(i+1)/n⌋).
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 */
import { crc16 } from "../bytes/crc16.ts";

export const slotCount = 16384;

/** No slot: what `commonSlot` says of no keys, and of keys in several slots. */
export const noSlot: number = -1;
export const crossSlot: number = -2;

/** Slot of a key: of what stands between the first "{" and the next "}", if that is not empty, else of the whole key. */
export function slotOf(key: string): number {
  const open = key.indexOf("{");
  if (open >= 0) {
    const close = key.indexOf("}", open + 1);
    if (close > open + 1) return crc16(key, open + 1, close) % slotCount;
  }
  return crc16(key) % slotCount;
}

/** The slot that all keys share; `noSlot` if there are none, `crossSlot` if they differ. */
export function commonSlot(keys: readonly string[]): number {
  let slot = noSlot;
  for (let index = 0; index < keys.length; index++) {
    const next = slotOf(keys[index] as string);
    if (slot !== noSlot && next !== slot) return crossSlot;
    slot = next;
  }
  return slot;
}

/** First slot of a shard; that of shard n is `slotCount`. */
export function firstSlotOf(shard: number, shardCount: number): number {
  return Math.floor((slotCount * shard) / shardCount);
}

export function shardOfSlot(slot: number, shardCount: number): number {
  return Math.floor((shardCount * (slot + 1) - 1) / slotCount);
}
