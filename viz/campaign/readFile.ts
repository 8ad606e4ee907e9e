/** Reads a file of a campaign in pieces, however large it is, and tells how far it is. */
import type { CampaignData } from "../../reports/campaignData.ts";
import { countText, plural } from "../../reports/figures.ts";
import type { CoverageDemand } from "../../reports/coverage.ts";
import { ResultsReader, summaryData, type ViewerScenarios } from "./resultsReader.ts";

export interface ReadCampaign {
  readonly data: CampaignData;
  /** What a reader of the page must know of the file, "" if nothing. */
  readonly remark: string;
}

interface Reading {
  readonly viewer: ViewerScenarios;
  readonly demand: CoverageDemand;
  /** Told after each piece: the share that was read, 0 to 1. */
  readonly onShare: (share: number) => void;
}

const PIECE_BYTES = 256 << 10;
const summaryHead = /^\s*\{\s*"schema":\s*"azimuth-sweep\//;

/** Rejects with an Error that says what is wrong with the file. */
export async function readCampaignFile(
  file: Blob,
  { viewer, demand, onShare }: Reading,
): Promise<ReadCampaign> {
  if (summaryHead.test(await file.slice(0, 200).text())) {
    return { data: summaryData(await file.text(), viewer), remark: "" };
  }
  const reader = new ResultsReader();
  const decoder = new TextDecoder();
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = await file.slice(at, at + PIECE_BYTES).arrayBuffer();
    reader.push(decoder.decode(piece, { stream: true }));
    onShare(Math.min(1, (at + PIECE_BYTES) / file.size));
  }
  const isCut = reader.end();
  const data = reader.data(viewer, demand);
  return { data, remark: remarkOf(data, isCut) };
}

function remarkOf({ done, asked }: CampaignData, isCut: boolean): string {
  const cut = isCut
    ? "The last line of the file is cut short, as when a campaign was ended or goes on; it is left out. "
    : "";
  const missing =
    done < asked
      ? `${countText(done)} of ${plural(asked, "seed")} are in the file: resume=FILE runs the others.`
      : "";
  return `${cut}${missing}`.trim();
}
