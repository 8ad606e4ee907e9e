/** How verdicts of seeds are drawn: each has a colour and a shape, so that neither is needed alone. */
import {
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  type SymbolType,
} from "d3";
import type { RunVerdict } from "../../sim/run.ts";

export interface VerdictSign {
  /** Its colour's name in the style sheet. */
  readonly colour: string;
  readonly shape: SymbolType;
  /** In a sentence on one seed. */
  readonly text: string;
}

export const verdictSigns: Readonly<Record<RunVerdict, VerdictSign>> = {
  ok: { colour: "--good", shape: symbolSquare, text: "all held" },
  violation: { colour: "--bad", shape: symbolCross, text: "a promise was broken" },
  harness: { colour: "--unknown", shape: symbolStar, text: "the harness failed" },
  stuck: { colour: "--log-leader", shape: symbolDiamond, text: "it did not come back" },
  missed: { colour: "--write", shape: symbolTriangle, text: "a promised figure was missed" },
  undecided: { colour: "--fail", shape: symbolCircle, text: "a check did not finish" },
};
