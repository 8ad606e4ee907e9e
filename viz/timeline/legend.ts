/** What the marks of a film mean, beside the legend of roles. */
import { element } from "../element.ts";
import { roleLegend } from "./palette.ts";

/** A sign or, where it is empty, a swatch; the colour's name in the style sheet; what it says. */
const entries: readonly (readonly [sign: string, colour: string, words: string])[] = [
  ["", "--read", "read"],
  ["", "--replica-read", "read on a replica"],
  ["", "--write", "write"],
  ["✕", "--fail", "refused"],
  ["✕", "--unknown", "unknown outcome"],
  ["", "--outage", "unavailable, ┤ the promise"],
  ["", "--believed", "lease as its node believes it"],
  ["", "--lease", "lease as it truly runs"],
  ["", "--position", "log position: ground committed, line newest; and syncs of disks"],
  ["|", "--severity-plain", "event, messages that arrived"],
  ["■", "--severity-notable", "turning point"],
  ["▲", "--severity-warning", "trouble, refused messages"],
  ["◆", "--severity-bad", "loss: crash, cut message, failed sync, violation"],
];

export function marksLegend(): HTMLElement {
  const roles = roleLegend.map(({ role, colour }) => ["", colour, role] as const);
  const list = element("ul", { class: "legend", "aria-label": "Legend" });
  for (const [sign, colour, words] of [...entries, ...roles]) {
    const isHatched = roleLegend.some((each) => each.role === words && each.isHatched);
    const kind = sign !== "" ? "sign" : isHatched ? "swatch hatched" : "swatch";
    const mark = element("span", { class: kind, "aria-hidden": "true" }, sign);
    mark.style.setProperty("--swatch", `var(${colour})`);
    list.append(element("li", {}, mark, words));
  }
  return element(
    "details",
    { class: "marks" },
    element("summary", {}, "What the marks mean"),
    list,
  );
}
