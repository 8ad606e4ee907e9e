/** Takes files that are dropped anywhere on the page. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

interface Props {
  /** What to drop. */
  readonly sign: string;
  readonly onFile: (file: File) => void;
  readonly children: ComponentChildren;
}

export function DropArea({ sign, onFile, children }: Props): JSX.Element {
  const [isOver, setOver] = useState(false);
  const holdsFiles = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes("Files") === true;
  return (
    <div
      class="drop-area"
      onDragOver={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file !== undefined) onFile(file);
      }}
    >
      {children}
      {isOver && <div class="drop-sign">{sign}</div>}
    </div>
  );
}
