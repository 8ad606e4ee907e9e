/** Every kind of fault, and the reading of a scenario's list of them. */
import type { FaultSpec, Parameters, ParameterValue } from "../scenario.ts";
import { blankRestart } from "./blankRestart.ts";
import { breakConnections } from "./breakConnections.ts";
import { clockDrift } from "./clockDrift.ts";
import { clockJump } from "./clockJump.ts";
import { clockScatter } from "./clockScatter.ts";
import { clockSlew } from "./clockSlew.ts";
import { clog } from "./clog.ts";
import { crashAll } from "./crashAll.ts";
import { crashLoop } from "./crashLoop.ts";
import { cut } from "./cut.ts";
import { delayHints } from "./delayHints.ts";
import { diskFail } from "./diskFail.ts";
import { diskFull } from "./diskFull.ts";
import { diskLostWrite } from "./diskLostWrite.ts";
import { diskMisdirect } from "./diskMisdirect.ts";
import { diskReadFail } from "./diskReadFail.ts";
import { diskReadRot } from "./diskReadRot.ts";
import { diskRot } from "./diskRot.ts";
import { diskStall } from "./diskStall.ts";
import { diskSwap } from "./diskSwap.ts";
import { diskWriteFail } from "./diskWriteFail.ts";
import { duplicate } from "./duplicate.ts";
import { commonFields, type FaultKind, type Fields, type FieldSpec } from "./fault.ts";
import { flap } from "./flap.ts";
import { halfOpen } from "./halfOpen.ts";
import { hostQuirks } from "./hostQuirks.ts";
import { logSlow } from "./logSlow.ts";
import { logTransfer } from "./logTransfer.ts";
import { loss } from "./loss.ts";
import { machineCrash } from "./machineCrash.ts";
import { machinePause } from "./machinePause.ts";
import { machineSuspend } from "./machineSuspend.ts";
import { partition } from "./partition.ts";
import { plannedFailover } from "./plannedFailover.ts";
import { randomClog } from "./randomClog.ts";
import { reorder } from "./reorder.ts";
import { rollingRestart } from "./rollingRestart.ts";
import { slowCpu } from "./slowCpu.ts";
import { tearStreams } from "./tearStreams.ts";
import { zoneOutage } from "./zoneOutage.ts";

export const faultKinds: readonly FaultKind[] = [
  zoneOutage,
  machineCrash,
  crashAll,
  machinePause,
  plannedFailover,
  delayHints,
  cut,
  clog,
  loss,
  duplicate,
  reorder,
  flap,
  breakConnections,
  logTransfer,
  logSlow,
  slowCpu,
  clockDrift,
  clockJump,
  diskFail,
  diskFull,
  diskRot,
  diskMisdirect,
  rollingRestart,
  partition,
  randomClog,
  clockScatter,
  clockSlew,
  machineSuspend,
  crashLoop,
  blankRestart,
  diskSwap,
  diskStall,
  diskWriteFail,
  diskReadFail,
  diskReadRot,
  diskLostWrite,
  halfOpen,
  tearStreams,
  hostQuirks,
];

/** A fault with its kind found and its fields read. */
export interface PlannedFault {
  readonly kind: FaultKind;
  readonly fields: Fields;
  readonly atUs: number;
  readonly probes: boolean;
}

/** Throws RangeError, in words, on an unknown kind, field or parameter, a missing field, or a word where a number belongs. */
export function planFault(spec: FaultSpec, parameters: Parameters): PlannedFault {
  const kind = faultKinds.find((known) => known.kind === spec.kind);
  if (kind === undefined) {
    const names = faultKinds.map((known) => known.kind).join(", ");
    throw new RangeError(`unknown fault "${spec.kind}": expected one of ${names}`);
  }
  const specs: Readonly<Record<string, FieldSpec>> = { ...commonFields, ...kind.fields };
  for (const name of Object.keys(spec)) {
    if (name === "kind" || name in specs) continue;
    const names = Object.keys(specs).join(", ");
    throw new RangeError(`fault ${kind.kind} has no field "${name}": it has ${names}`);
  }
  const fields: Record<string, ParameterValue> = {};
  for (const [name, field] of Object.entries(specs)) {
    const given = spec[name] ?? field.standard;
    if (given === undefined) throw new RangeError(`fault ${kind.kind} needs the field "${name}"`);
    fields[name] = resolve(kind.kind, name, given, parameters);
    const wantsNumber = name.endsWith("Ms") || typeof field.standard === "number";
    if (wantsNumber && !Number.isFinite(Number(fields[name])))
      throw new RangeError(
        `fault ${kind.kind}: ${name} must be a number, got "${String(fields[name])}"`,
      );
  }
  const probe = Number(fields["probe"]);
  return {
    kind,
    fields,
    atUs: Number(fields["atMs"]) * 1000,
    probes: probe === -1 ? kind.probes(fields) : probe === 1,
  };
}

/** "$name" stands for the parameter of that name, "-$name" for its negative. */
function resolve(
  kind: string,
  field: string,
  value: ParameterValue,
  parameters: Parameters,
): ParameterValue {
  if (typeof value === "number") return value;
  const isNegative = value.startsWith("-$");
  if (!isNegative && !value.startsWith("$")) return value;
  const name = value.slice(isNegative ? 2 : 1);
  const found = parameters[name];
  if (found === undefined)
    throw new RangeError(`fault ${kind}: ${field} names the unknown parameter "${name}"`);
  return isNegative ? -Number(found) : found;
}
