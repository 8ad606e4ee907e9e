/** index.html: one file that needs nothing else. Style and script are handed in; the data stands in it as JSON. */
import type { Run } from "../sim/run.ts";
import type { CampaignData } from "./campaignData.ts";
import { countText, plural } from "./figures.ts";
import { type PageData, pageDataOf } from "./page.ts";
import { type FigureRow, figureRows, type Pair } from "./sideBySide.ts";
import { verdictOf, verdictWords } from "./verdict.ts";

export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** The page of one run. */
export function htmlPage(run: Run, parts: PageParts): string {
  const data = pageDataOf(run);
  const title = `${verdictWords[verdictOf(run)]}: ${run.scenario}, seed ${run.seed}`;
  const summary = [data.report.headline, `${countText(run.checks.length)} checks.`];
  return htmlDocument({ title, summary, data, parts });
}

/** What the page of two runs beside each other is drawn from. */
export interface PairData {
  readonly rows: readonly FigureRow[];
  readonly simulated: PageData;
  readonly real: PageData;
}

/** The page of a scenario's two runs, simulated and on real processes. */
export function pairPage(pair: Pair, parts: PageParts): string {
  const { scenario, seed } = pair.real;
  const [simulated, real] = [pageDataOf(pair.simulated), pageDataOf(pair.real)];
  const data: PairData = { rows: figureRows(pair), simulated, real };
  const title = `${scenario}, seed ${seed}: simulated and on real processes`;
  const summary = [
    `Simulated: ${simulated.report.headline}`,
    `Real processes: ${real.report.headline}`,
  ];
  return htmlDocument({ title, summary, data, parts });
}

/** The page of a campaign. */
export function campaignPage(data: CampaignData, parts: PageParts): string {
  const { watched, verdict, figures, done, asked } = data;
  const title = `${verdictWords[verdict]}: ${watched.scenario}, ${plural(asked, "seed")}`;
  const passed = `${countText(figures.verdicts.ok)} of ${plural(done, "seed")} passed.`;
  return htmlDocument({ title, summary: [passed], data, parts });
}

interface DocumentParts {
  readonly title: string;
  /** Sentences for those who have no JavaScript. */
  readonly summary: readonly string[];
  /** What JSON can say. */
  readonly data: unknown;
  readonly parts: PageParts;
}

/**
 * The whole document. Its policy forbids every request; script and style run because they are inline, and the page
 * puts data in as text only, never as markup.
 */
function htmlDocument({ title, summary, data, parts }: DocumentParts): string {
  const sentences = summary.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join("");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${parts.style.replaceAll("</style", "<\\/style")}</style>`,
    "</head>",
    "<body>",
    '<main id="report">',
    `<noscript><h1>${escapeHtml(title)}</h1>${sentences}<p>The drawing needs JavaScript.</p></noscript>`,
    "</main>",
    `<script type="application/json" id="data">${escapeJson(JSON.stringify(data))}</script>`,
    `<script>${parts.script.replaceAll("</script", "<\\/script")}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** JSON that cannot end its script element, whatever keys and values it holds. */
function escapeJson(json: string): string {
  return json
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
