/**
 * table.sort: a quicksort on the table itself, with the median of three, as Lua's own, so that entries of equal rank and orders that
 * contradict themselves come out as there.
 * @see https://www.lua.org/manual/5.1/manual.html#pdf-table.sort
 */
import { isLess, rawSet } from "../operations.ts";
import { HostCall, isTrue, type LuaValue, type TaskSteps } from "../values.ts";
import type { Arguments } from "./arguments.ts";

// oxlint-disable-next-line complexity -- one generator: another for each comparison would cost more than the comparison
export function* sort(args: Arguments): TaskSteps {
  const { machine } = args;
  const table = args.table(1);
  const compare = args.at(2) === undefined ? undefined : args.function(2);
  const order = (left: LuaValue, right: LuaValue): boolean | HostCall => {
    machine.budget--;
    return compare === undefined
      ? isLess(machine, left, right)
      : new HostCall(compare, [left, right]);
  };
  const swap = (left: number, right: number): void => {
    const first = table.get(left);
    rawSet(machine, table, left, table.get(right));
    rawSet(machine, table, right, first);
  };
  // Ranges that are left, the next one last.
  const ranges: number[] = [1, table.length];
  while (ranges.length > 0) {
    const high = ranges.pop() as number;
    const low = ranges.pop() as number;
    if (low >= high) continue;
    let less = order(table.get(high), table.get(low));
    if (less instanceof HostCall ? isTrue((yield less)[0]) : less) swap(low, high);
    if (high - low === 1) continue;
    const middle = Math.floor((low + high) / 2);
    less = order(table.get(middle), table.get(low));
    if (less instanceof HostCall ? isTrue((yield less)[0]) : less) {
      swap(middle, low);
    } else {
      less = order(table.get(high), table.get(middle));
      if (less instanceof HostCall ? isTrue((yield less)[0]) : less) swap(middle, high);
    }
    if (high - low === 2) continue;
    const pivot = table.get(middle);
    swap(middle, high - 1);
    let left = low;
    let right = high - 1;
    for (;;) {
      if (machine.budget < 0) yield undefined;
      for (;;) {
        less = order(table.get(++left), pivot);
        if (!(less instanceof HostCall ? isTrue((yield less)[0]) : less)) break;
        if (left > high) machine.fail("invalid order function for sorting");
      }
      for (;;) {
        less = order(pivot, table.get(--right));
        if (!(less instanceof HostCall ? isTrue((yield less)[0]) : less)) break;
        if (right < low) machine.fail("invalid order function for sorting");
      }
      if (right < left) break;
      swap(left, right);
    }
    swap(high - 1, left);
    // The smaller part comes next: so the ranges that are left stay few.
    const isLeftSmaller = left - low < high - left;
    if (isLeftSmaller) ranges.push(left + 1, high, low, left - 1);
    else ranges.push(low, left - 1, left + 1, high);
  }
  return [];
}
