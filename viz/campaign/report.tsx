/** The page that a campaign leaves in its folder: draws the data that stands in the document. Entry of the page's bundle. */
import { render } from "preact";
import type { CampaignData } from "../../reports/campaignData.ts";
import { CampaignView } from "./CampaignView.tsx";

const source = document.querySelector("#data")?.textContent ?? "";
const place = document.querySelector("#report");
if (place === null) throw new Error("the document has no place for the report");
place.replaceChildren();
render(<CampaignView data={JSON.parse(source) as CampaignData} isInFolder={true} />, place);
