/** A signed integer of 64 bits: a number as long as a double holds it exactly, a bigint beyond. Both compare with each other. */
export type Counter = number | bigint;

/** Wraps around at 64 bits, as C does. */
export function counterPlus(counter: Counter, other: Counter): Counter {
  if (typeof counter === "number" && typeof other === "number") {
    const sum = counter + other;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return counterOf(BigInt.asIntN(64, BigInt(counter) + BigInt(other)));
}

export function counterMinus(counter: Counter, other: Counter): Counter {
  return counterPlus(counter, -other);
}

export function counterOf(value: bigint): Counter {
  const rounded = Number(value);
  return Number.isSafeInteger(rounded) ? rounded : value;
}
