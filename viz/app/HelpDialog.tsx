/** What is where, and every key. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { keyHelp, timelineKeyHelp, type KeyHelp } from "./keys.ts";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function HelpDialog({ isOpen, onClose }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="sheet" aria-label="Help" onClose={onClose}>
      <header class="sheet-head">
        <h2>Help</h2>
        <button type="button" class="main-action" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div class="help">
        <section>
          <h3>What there is to do</h3>
          <ul>
            <li>
              Choose a scenario and a seed, and press Run. The same two are the same run, always.
            </li>
            <li>
              Click into the timeline: State and Console show every node as it was at that instant.
            </li>
            <li>Click an operation: Explain tells its way from the client to the log and back.</li>
            <li>Drag a fault from Fork into the timeline: both futures are drawn on one axis.</li>
            <li>Copy link: whoever opens it sees this run at this instant.</li>
          </ul>
        </section>
        <Keys title="Keys" keys={keyHelp} />
        <Keys title="Keys of the timeline, while it has the focus" keys={timelineKeyHelp} />
      </div>
    </dialog>
  );
}

function Keys({
  title,
  keys,
}: {
  readonly title: string;
  readonly keys: readonly KeyHelp[];
}): JSX.Element {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {keys.map((each) => (
          <div key={each.keys}>
            <dt>
              <kbd>{each.keys}</kbd>
            </dt>
            <dd>{each.meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
