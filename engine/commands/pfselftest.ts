/** PFSELFTEST: whether HyperLogLogs count as they should, both representations alike. */
import { denseRegister, DENSE_BYTES, setDenseRegister } from "../keyspace/hyperLogLog/dense.ts";
import { HyperLogLog } from "../keyspace/hyperLogLog/hyperLogLog.ts";
import { placeOf, REGISTER_VALUES, REGISTERS } from "../keyspace/hyperLogLog/registers.ts";
import { ByteString } from "../keyspace/values/byteString.ts";
import type { CommandContext } from "./context.ts";

/** Redis goes through a thousand rounds and ten million elements; that many would hold up a node for seconds. */
const ROUNDS = 10;
const ELEMENTS = 100_000;

/**
 * PFSELFTEST
 * Replies: OK; -TESTFAILED. Record: none.
 * @see https://redis.io/docs/latest/commands/pfselftest/
 */
export function pfselftest(context: CommandContext): void {
  const failure = failureOfRegisters(context.random) ?? failureOfCounts(context);
  if (failure === undefined) context.ok();
  else context.fail(`TESTFAILED ${failure}`);
}

/** Registers keep what they are set to, and leave their neighbours alone. */
function failureOfRegisters(random: () => number): string | undefined {
  const bytes = new Uint8Array(DENSE_BYTES);
  const expected = new Uint8Array(REGISTERS);
  for (let round = 0; round < ROUNDS; round++) {
    for (let index = 0; index < REGISTERS; index++) {
      const value = Math.floor(random() * REGISTER_VALUES);
      expected[index] = value;
      setDenseRegister(bytes, 0, index, value);
    }
    for (const [index, value] of expected.entries()) {
      const found = denseRegister(bytes, 0, index);
      if (found !== value) return `Register ${index} should be ${value} but is ${found}`;
    }
  }
  return undefined;
}

/** The error of the estimate stays near what is expected of so many registers. */
function failureOfCounts(context: CommandContext): string | undefined {
  const limitBytes = context.keyspace.limits.hllSparseMaxBytes;
  const expectedError = 1.04 / Math.sqrt(REGISTERS);
  const seed = Math.floor(context.random() * 2 ** 32);
  const dense = new ByteString("");
  const sparse = new ByteString("");
  HyperLogLog.edit(dense, (sketch) => sketch.makeDense());
  let count = 0;
  for (let checked = 1; checked <= ELEMENTS; checked *= 10) {
    const places: number[] = [];
    while (count < checked) places.push(placeOf(String(seed + ++count)));
    for (const value of [dense, sparse]) {
      HyperLogLog.edit(value, (sketch) => {
        for (const place of places)
          sketch.raise(place % REGISTERS, Math.floor(place / REGISTERS), limitBytes);
      });
    }
    const cardinality = HyperLogLog.reading(dense).count();
    const isSparse = !HyperLogLog.reading(sparse).isDense;
    if (checked < limitBytes / 2 && !isSparse) return "sparse encoding not used";
    if (HyperLogLog.reading(sparse).count() !== cardinality) return "dense/sparse disagree";
    const error = Math.abs(checked - Number(cardinality));
    // Two of ten elements in one register are not rare enough to be left out of what is bearable.
    const bearable = checked === 10 ? 1 : Math.ceil(expectedError * 6 * checked);
    if (error > bearable) return `Too big error. card:${checked} abserr:${error}`;
  }
  return undefined;
}
