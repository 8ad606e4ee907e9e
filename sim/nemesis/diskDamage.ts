/** What rot and misdirected writes have in common. */
import {
  forField,
  numberOf,
  shardField,
  textOf,
  type FaultContext,
  type Fields,
  type FieldSpec,
  type RunningFault,
} from "./fault.ts";
import { machineOf } from "./targets.ts";

export const fileField: FieldSpec = {
  help: "which of its files: the one with this prefix",
  standard: "wal-",
};

export const damageFields: Readonly<Record<string, FieldSpec>> = {
  target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
  shard: shardField,
  file: fileField,
  forMs: forField,
};

/** Crashes a log node, damages its disk and lets it start again and read it. */
export function beginDamage(
  context: FaultContext,
  fields: Fields,
  damage: "rot" | "misdirect",
): RunningFault | undefined {
  const { kernel, infrastructure, counter } = context;
  const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
  if (machine === undefined || !machine.isRunning) return undefined;
  const prefix = textOf(fields, "file");
  const file = machine.disk.damageableFile(prefix);
  if (file === undefined) return undefined;
  infrastructure.crash(machine, "crash", false, counter);
  kernel.damageDisk(machine, file, damage, counter);
  const words = damage === "rot" ? "a bit flipped" : "a write had gone to the wrong sector";
  return {
    text: `${machine.name} crashed, and on its disk ${words} (${file})`,
    targets: [machine.name],
    lastsUs: numberOf(fields, "forMs") * 1000,
    end: () => infrastructure.release(machine),
  };
}
