/**
 * %a, %d, … of the C locale.
 * @see https://www.lua.org/manual/5.1/manual.html#5.4.1
 */

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isAlphanumeric = (code: number): boolean => isUpper(code) || isLower(code) || isDigit(code);

const CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  a: (code) => isUpper(code) || isLower(code),
  c: (code) => code < 32 || code === 127,
  d: isDigit,
  l: isLower,
  p: (code) => code > 32 && code < 127 && !isAlphanumeric(code),
  s: (code) => code === 32 || (code >= 9 && code <= 13),
  u: isUpper,
  w: isAlphanumeric,
  x: (code) => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102),
  z: (code) => code === 0,
};

/** Whether each byte is in the class of a letter; 256 places a letter. */
const MEMBERS: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, name) => {
  const lower = name | 0x20;
  const test =
    lower >= 97 && lower <= 122 && name < 128 ? CLASSES[String.fromCharCode(lower)] : undefined;
  if (test === undefined) return undefined;
  // An upper-case letter is the opposite.
  return Uint8Array.from({ length: 256 }, (_byte, code) =>
    test(code) === (name === lower) ? 1 : 0,
  );
});

/** Whether a byte is in the class that "%" and this letter mean; what is no letter of a class means itself. */
export function inClass(code: number, name: number): boolean {
  const members = MEMBERS[name];
  return members === undefined ? name === code : members[code] === 1;
}
