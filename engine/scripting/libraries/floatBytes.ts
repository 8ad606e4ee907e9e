/** The bytes of floating-point numbers, for libraries that pack them. */
import { latin1Of } from "../../bytes/latin1.ts";

/** `count`: 4 or 8. Which NaN it is does not hang on the machine or its compiler: it is that of x86's 0/0, with its sign set. */
export function floatBytes(value: number, count: number, isBigEndian: boolean): string {
  const view = new DataView(new ArrayBuffer(count));
  const isNaN = Number.isNaN(value);
  if (count === 4) {
    if (isNaN) view.setUint32(0, 0xffc00000, !isBigEndian);
    else view.setFloat32(0, value, !isBigEndian);
  } else if (isNaN) view.setBigUint64(0, 0xfff8000000000000n, !isBigEndian);
  else view.setFloat64(0, value, !isBigEndian);
  return latin1Of(new Uint8Array(view.buffer));
}
