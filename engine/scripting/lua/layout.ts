/** Which instructions of a function become JavaScript, and at which of them that may begin. */
import * as op from "./prototype.ts";
import { INSTRUCTION_SIZE, type HotPart, type Prototype, type Range } from "./prototype.ts";

/** Loops after which a function of JavaScript is left for the first time. */
const FIRST_TRIAL_LOOPS = 100;

/** By number of the instruction. */
export interface Layout {
  /** The case at which the function may begin there; -1 for the others. */
  readonly entries: Int16Array;
  /** 1 for those that are jumped to. */
  readonly isTarget: Uint8Array;
}

/** Of what stands in the range, which becomes JavaScript. */
export function layoutOf(code: Int32Array, { from, to }: Range): Layout {
  const isTarget = new Uint8Array(code.length / INSTRUCTION_SIZE + 1);
  // It goes on behind calls, too.
  const isBehind = new Uint8Array(isTarget.length);
  isBehind[0] = 1;
  for (let at = 0; at < code.length; at += INSTRUCTION_SIZE) {
    const operation = code[at] as number;
    const target = targetOf(code, at);
    if (target !== undefined) isTarget[target / INSTRUCTION_SIZE] = 1;
    if (operation === op.CALL || operation === op.TAIL_CALL || operation === op.FOR_EACH) {
      isBehind[at / INSTRUCTION_SIZE + 1] = 1;
    }
  }
  let cases = 0;
  const entries = Int16Array.from(isTarget, (marked, number) =>
    from <= number && number < to && (marked === 1 || isBehind[number] === 1) ? cases++ : -1,
  );
  return { entries, isTarget };
}

/**
 * What become functions of JavaScript of their own: the whole function, or each of its outermost loops. What runs once is not worth it, and
 * V8 would have to throw its code away where that comes to what it has not seen.
 */
export function partsOf(code: Int32Array, isWhole: boolean): readonly HotPart[] {
  const ranges = isWhole ? [{ from: 0, to: code.length / INSTRUCTION_SIZE }] : loopsOf(code);
  return ranges.map(({ from, to }) => ({
    from,
    to,
    body: undefined,
    trialLoops: FIRST_TRIAL_LOOPS,
  }));
}

/** The outermost loops, in their order. */
function loopsOf(code: Int32Array): readonly Range[] {
  const loops: Range[] = [];
  for (let at = 0; at < code.length; at += INSTRUCTION_SIZE) {
    const target = targetOf(code, at);
    if (target === undefined || target > at) continue;
    let from = target / INSTRUCTION_SIZE;
    // Loops that stand in it have been met before.
    while (loops.length > 0 && (loops[loops.length - 1] as Range).to > from) {
      from = Math.min(from, (loops.pop() as Range).from);
    }
    loops.push({ from, to: at / INSTRUCTION_SIZE + 1 });
  }
  return loops;
}

/** The step of the loop with this body, if it stands in the source as a number. */
export function stepOf(
  { code, constants }: Prototype,
  { isTarget }: Layout,
  body: number,
): number | undefined {
  const prepare = body - INSTRUCTION_SIZE;
  const before = prepare - INSTRUCTION_SIZE;
  // Where something else is jumped to the instruction before it need not have run.
  if (isTarget[prepare / INSTRUCTION_SIZE] === 1 || code[before] !== op.LOAD_CONSTANT) {
    return undefined;
  }
  const value = constants[code[before + 2] as number];
  return typeof value === "number" ? value : undefined;
}

/** Where the instruction may jump to. */
function targetOf(code: Int32Array, at: number): number | undefined {
  const operation = code[at] as number;
  if (operation >= op.JUMP && operation <= op.JUMP_FALSE) return code[at + 1];
  if (operation === op.FOR_PREPARE) return code[at + 3];
  if (operation === op.FOR_LOOP || operation === op.FOR_EACH_TEST) return code[at + 2];
  return undefined;
}
