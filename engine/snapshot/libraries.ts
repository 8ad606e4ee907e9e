/**
 * FUNCTION DUMP's payload: the libraries as in an RDB file, each the byte 0xf5 and its text as a string; behind them the version and
 * the checksum that values have too (dump.ts).
 */
import { FOOTER_BYTES, writeFooter } from "./dump.ts";
import { RdbReader } from "./rdbReader.ts";
import { RdbWriter } from "./rdbWriter.ts";

const LIBRARY = 0xf5;
/** Of Redis's release candidates: name, engine, and description if there is one, stand apart from the text. */
const OLD_LIBRARY = 0xf6;

export function dumpLibraries(codes: readonly string[], compresses: boolean): Uint8Array {
  const writer = new RdbWriter();
  writer.compresses = compresses;
  for (const code of codes) {
    writer.u8(LIBRARY);
    writer.string(code);
  }
  writeFooter(writer);
  return writer.take();
}

/** The texts of a payload whose footer was checked; or the error, without its code. */
export function restoredLibraries(payload: Uint8Array): string[] | string {
  const reader = new RdbReader(payload.subarray(0, payload.length - FOOTER_BYTES), 0);
  const codes: string[] = [];
  while (!reader.isAtEnd) {
    const type = reader.u8();
    if (type === LIBRARY) {
      codes.push(reader.string());
      if (reader.failed) return "Failed loading library payload";
    } else if (type === OLD_LIBRARY) {
      const name = reader.string();
      const engine = reader.string();
      if (reader.length() > 0) reader.string();
      codes.push(`#!${engine} name=${name}\n${reader.string()}`);
      if (reader.failed) return "Failed loading library blob";
    } else {
      return "given type is not a function";
    }
  }
  return codes;
}
