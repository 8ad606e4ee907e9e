/** The viewer's page: begins here. */
import { render } from "preact";
import { App } from "./App.tsx";
import { Page } from "./page.ts";

const place = document.querySelector("#app");
if (place !== null) {
  const page = new Page();
  place.replaceChildren();
  render(<App page={page} />, place);
  void page.start();
}
