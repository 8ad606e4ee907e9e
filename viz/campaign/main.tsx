/** The campaign page: begins here. */
import { render } from "preact";
import { CampaignApp } from "./CampaignApp.tsx";
import { CampaignPage } from "./campaignPage.ts";

const place = document.querySelector("#app");
if (place !== null) {
  const page = new CampaignPage();
  place.replaceChildren();
  render(<CampaignApp page={page} />, place);
  void page.start();
}
