/** What could still be true just before an answer that nothing can explain. */
import type { JSX } from "preact";
import { plural } from "../../../reports/figures.ts";
import type { LegalPrefix } from "../../../sim/run.ts";

export function LegalStates({ prefix }: { readonly prefix: LegalPrefix }): JSX.Element {
  return (
    <div class="legal">
      <p>
        {prefix.before.length === 0
          ? "No state was possible before"
          : `${plural(prefix.before.length, "state was", "states were")} possible before`}{" "}
        <code>{prefix.impossible}</code>, and after it none.{" "}
        {!prefix.isExact && "It may have been an earlier operation: the search was cut short."}
      </p>
      <ul>
        {prefix.before.map((each, index) => (
          <li key={index}>
            <code>{each.state}</code>
            <div class="note">
              after {plural(each.placed, "operation")}
              {each.lastPlaced.length > 0 && ", the last of them:"}
            </div>
            {each.lastPlaced.length > 0 && <pre>{each.lastPlaced.join("\n")}</pre>}
          </li>
        ))}
      </ul>
    </div>
  );
}
