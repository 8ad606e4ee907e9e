/** Numbers that nobody can foresee: ACL GENPASS makes passwords of them. */
import { randomFillSync } from "node:crypto";
import type { Random } from "../../engine/contract.ts";

const pool: Uint32Array = new Uint32Array(1024);
let next: number = pool.length;

/** In [0, 1), of 32 random bits. */
export const random: Random = () => {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  return (pool[next++] as number) / 2 ** 32;
};
