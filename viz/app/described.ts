/** What is known of a selection that is no operation, in lines. */
import { durationText } from "../../reports/figures.ts";
import type { FilmStore } from "../film/filmStore.ts";
import type { About, Outline } from "../protocol.ts";
import type { Selection } from "../timeline/contract.ts";
import { eventLabel, messageLabel } from "../timeline/find.ts";

export function described(
  selection: Selection,
  film: FilmStore,
  about: About,
  outline: Outline,
): readonly string[] {
  switch (selection.kind) {
    case "event": {
      const name = about.eventKinds[film.events.kind[selection.row] ?? 0] ?? "";
      return [eventLabel(film, about, selection.row), about.eventMeanings[name] ?? ""];
    }
    case "message": {
      const { sentUs, endUs, bytes } = film.messages;
      const tookUs = (endUs[selection.row] ?? 0) - (sentUs[selection.row] ?? 0);
      return [
        messageLabel(film, about, selection.row),
        `${bytes[selection.row] ?? 0} bytes, ${durationText(tookUs)} on the way`,
      ];
    }
    case "fault": {
      const fault = outline.faults.find((each) => each.id === selection.id);
      if (fault === undefined) return [`The run has no fault "${selection.id}".`];
      // Faults of links begin with their kind.
      const text = fault.text.startsWith(fault.kind) ? fault.text : `${fault.kind}: ${fault.text}`;
      return [text, "Move it, change it or take it out in Fork."];
    }
    case "node":
      return [`${selection.node} is shown in State.`];
    case "operation":
      return [];
  }
}
