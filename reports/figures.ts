/** Numbers as people read them. No Intl: the same text in every locale and on every engine. */

/** 18234 → "18,234". */
export function countText(count: number): string {
  const digits = String(Math.trunc(Math.abs(count)));
  let text = "";
  for (let end = digits.length; end > 0; end -= 3) {
    const group = digits.slice(Math.max(0, end - 3), end);
    text = text === "" ? group : `${group},${text}`;
  }
  return count < 0 ? `-${text}` : text;
}

/** 1, "write" → "1 write"; 2, "write" → "2 writes". */
export function plural(count: number, noun: string, many: string = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : many}`;
}

/** A duration with three significant digits and the unit that suits it: "812 µs", "1.42 ms", "3.15 s". */
export function durationText(us: number): string {
  if (!Number.isFinite(us)) return "–";
  if (us < 0) return `-${durationText(-us)}`;
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${threeDigits(us / 1000)} ms`;
  return `${threeDigits(us / 1_000_000)} s`;
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** A moment counted from the start of the load: "15.000 s", "-3.120 s". */
export function momentText(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}

/** 0.99312 → "99.3 %"; never rounds up to 100 %. */
export function percentText(ratio: number): string {
  if (ratio >= 1) return "100 %";
  return `${(Math.floor(ratio * 1000) / 10).toFixed(1)} %`;
}

/** "a", "a and b", "a, b and c"; beyond `limit` names: "a, b and 7 more". */
export function listText(names: readonly string[], limit: number = 4): string {
  if (names.length === 0) return "nobody";
  if (names.length === 1) return names[0] ?? "";
  const shown = names.length > limit ? names.slice(0, limit - 1) : names.slice(0, -1);
  const last = names.length > limit ? `${names.length - shown.length} more` : names.at(-1);
  return `${shown.join(", ")} and ${last}`;
}
