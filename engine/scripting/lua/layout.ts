/** Which instructions of a function become JavaScript, and at which of them that may begin. */
import * as op from "./prototype.ts";
import { INSTRUCTION_SIZE } from "./prototype.ts";

/** By number of the instruction. */
export interface Layout {
  /** The case at which the function may begin there; -1 for the others. */
  readonly entries: Int16Array;
  /** 1 for those that are jumped to, or stand behind a call. */
  readonly isEntry: Uint8Array;
  /** 1 for those that become JavaScript. */
  readonly isMade: Uint8Array;
}

/**
 * @param isWhole - of the whole function, not of its loops alone: what runs once is not worth it, and V8 would have to throw its code away there
 */
export function layoutOf(code: Int32Array, isWhole: boolean): Layout {
  const count = code.length / INSTRUCTION_SIZE;
  const isMade = new Uint8Array(count).fill(isWhole ? 1 : 0);
  // Instructions that are jumped to, and those behind calls.
  const isEntry = new Uint8Array(count + 1);
  isEntry[0] = 1;
  for (let at = 0; at < code.length; at += INSTRUCTION_SIZE) {
    const operation = code[at] as number;
    const target = targetOf(code, at);
    if (target !== undefined) isEntry[target / INSTRUCTION_SIZE] = 1;
    if (target !== undefined && target <= at) {
      isMade.fill(1, target / INSTRUCTION_SIZE, at / INSTRUCTION_SIZE + 1);
    }
    if (operation === op.CALL || operation === op.TAIL_CALL || operation === op.FOR_EACH) {
      isEntry[at / INSTRUCTION_SIZE + 1] = 1;
    }
  }
  let cases = 0;
  const entries = Int16Array.from(isEntry, (marked, number) =>
    marked === 1 && isMade[number] === 1 ? cases++ : -1,
  );
  return { entries, isEntry, isMade };
}

/** Where the instruction may jump to. */
function targetOf(code: Int32Array, at: number): number | undefined {
  const operation = code[at] as number;
  if (operation >= op.JUMP && operation <= op.JUMP_FALSE) return code[at + 1];
  if (operation === op.FOR_PREPARE) return code[at + 3];
  if (operation === op.FOR_LOOP || operation === op.FOR_EACH_TEST) return code[at + 2];
  return undefined;
}
