/**
 * The event queue of a world: virtual time in integer microseconds, equal times in the order in which they were
 * scheduled. A binary heap of parallel typed arrays; what an event carries lies in slots beside it, so that sifting
 * moves three numbers and never an object.
 */
import { assert } from "../engine/assert.ts";

/** Names a scheduled event for `cancel`; 0 names none. */
export type EventToken = number;

const SLOT_BITS_RANGE = 16_777_216;

export class Scheduler {
  /** Fields of the event that `next` popped, valid until the following call. */
  nowUs = 0;
  kind = 0;
  a = 0;
  b = 0;
  payload: unknown = undefined;

  private count = 0;
  private sequence = 0;
  private heapTime: Float64Array = new Float64Array(1024);
  private heapSequence: Float64Array = new Float64Array(1024);
  private heapSlot: Int32Array = new Int32Array(1024);

  private slotCount = 0;
  private freeCount = 0;
  private freeSlots: Int32Array = new Int32Array(1024);
  private slotKind: Int32Array = new Int32Array(1024);
  private slotA: Float64Array = new Float64Array(1024);
  private slotB: Float64Array = new Float64Array(1024);
  private slotGeneration: Float64Array = new Float64Array(1024);
  private slotPayload: unknown[] = Array.from({ length: 1024 }, () => undefined);

  /** `kind` is positive and means something to the caller alone, as do `a`, `b` and `payload`. */
  // oxlint-disable-next-line max-params -- a hot path: an options object an event would cost more than the event
  schedule(atUs: number, kind: number, a: number, b: number, payload: unknown): EventToken {
    if (!(atUs >= this.nowUs))
      assert(false, `scheduled at ${atUs}, before the present ${this.nowUs}`);
    let slot: number;
    if (this.freeCount > 0) {
      this.freeCount -= 1;
      slot = this.freeSlots[this.freeCount] as number;
    } else {
      slot = this.slotCount;
      this.slotCount += 1;
      if (slot === this.slotKind.length) this.growSlots();
    }
    this.slotKind[slot] = kind;
    this.slotA[slot] = a;
    this.slotB[slot] = b;
    this.slotPayload[slot] = payload;
    this.push(atUs, slot);
    return ((this.slotGeneration[slot] as number) + 1) * SLOT_BITS_RANGE + slot;
  }

  /** Takes an event back. A token whose event has run already is ignored. */
  cancel(token: EventToken): void {
    const slot = token % SLOT_BITS_RANGE;
    const generation = (token - slot) / SLOT_BITS_RANGE - 1;
    if (token === 0 || this.slotGeneration[slot] !== generation) return;
    this.slotKind[slot] = 0;
    this.slotPayload[slot] = undefined;
    this.slotGeneration[slot] = generation + 1;
  }

  /** Pops the next event at or before `untilUs` into the fields of this object; false if there is none. */
  next(untilUs: number): boolean {
    for (;;) {
      if (this.count === 0 || (this.heapTime[0] as number) > untilUs) return false;
      const time = this.heapTime[0] as number;
      const slot = this.heapSlot[0] as number;
      this.popRoot();
      const kind = this.slotKind[slot] as number;
      this.freeSlots[this.freeCount] = slot;
      this.freeCount += 1;
      if (kind === 0) continue;
      this.nowUs = time;
      this.kind = kind;
      this.a = this.slotA[slot] as number;
      this.b = this.slotB[slot] as number;
      this.payload = this.slotPayload[slot];
      this.slotPayload[slot] = undefined;
      this.slotGeneration[slot] = (this.slotGeneration[slot] as number) + 1;
      return true;
    }
  }

  /** Moves the present to a time at which nothing is due. */
  advanceTo(atUs: number): void {
    assert(atUs >= this.nowUs, "time goes forward");
    assert(this.count === 0 || (this.heapTime[0] as number) >= atUs, "an event was skipped");
    this.nowUs = atUs;
  }

  private push(time: number, slot: number): void {
    if (this.count === this.heapTime.length) this.growHeap();
    const { heapTime, heapSequence, heapSlot } = this;
    const sequence = this.sequence;
    this.sequence += 1;
    let hole = this.count;
    this.count += 1;
    // A new event has the greatest sequence number: it passes a parent only if it is strictly earlier.
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentTime = heapTime[parent] as number;
      if (parentTime <= time) break;
      heapTime[hole] = parentTime;
      heapSequence[hole] = heapSequence[parent] as number;
      heapSlot[hole] = heapSlot[parent] as number;
      hole = parent;
    }
    heapTime[hole] = time;
    heapSequence[hole] = sequence;
    heapSlot[hole] = slot;
  }

  private popRoot(): void {
    const { heapTime, heapSequence, heapSlot } = this;
    const last = this.count - 1;
    this.count = last;
    if (last === 0) return;
    const time = heapTime[last] as number;
    const sequence = heapSequence[last] as number;
    const slot = heapSlot[last] as number;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= last) break;
      let childTime = heapTime[child] as number;
      const right = child + 1;
      if (right < last) {
        const rightTime = heapTime[right] as number;
        if (
          rightTime < childTime ||
          (rightTime === childTime &&
            (heapSequence[right] as number) < (heapSequence[child] as number))
        ) {
          child = right;
          childTime = rightTime;
        }
      }
      if (childTime > time || (childTime === time && (heapSequence[child] as number) > sequence))
        break;
      heapTime[hole] = childTime;
      heapSequence[hole] = heapSequence[child] as number;
      heapSlot[hole] = heapSlot[child] as number;
      hole = child;
    }
    heapTime[hole] = time;
    heapSequence[hole] = sequence;
    heapSlot[hole] = slot;
  }

  private growHeap(): void {
    const capacity = this.heapTime.length * 2;
    this.heapTime = grownFloats(this.heapTime, capacity);
    this.heapSequence = grownFloats(this.heapSequence, capacity);
    this.heapSlot = grownInts(this.heapSlot, capacity);
  }

  private growSlots(): void {
    const capacity = this.slotKind.length * 2;
    assert(capacity <= SLOT_BITS_RANGE, "more than 2^24 events wait at once");
    this.freeSlots = grownInts(this.freeSlots, capacity);
    this.slotKind = grownInts(this.slotKind, capacity);
    this.slotA = grownFloats(this.slotA, capacity);
    this.slotB = grownFloats(this.slotB, capacity);
    this.slotGeneration = grownFloats(this.slotGeneration, capacity);
    while (this.slotPayload.length < capacity) this.slotPayload.push(undefined);
  }
}

function grownFloats(old: Float64Array, capacity: number): Float64Array {
  const grown = new Float64Array(capacity);
  grown.set(old);
  return grown;
}

function grownInts(old: Int32Array, capacity: number): Int32Array {
  const grown = new Int32Array(capacity);
  grown.set(old);
  return grown;
}
