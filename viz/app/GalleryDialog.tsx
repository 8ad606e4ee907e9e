/** The gallery over a run. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Gallery } from "../gallery/Gallery.tsx";
import { tours } from "../gallery/tours.ts";
import type { Page } from "./page.ts";

interface Props {
  readonly page: Page;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function GalleryDialog({ page, isOpen, onClose }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="sheet" aria-label="Gallery" onClose={onClose}>
      <header class="sheet-head">
        <h2>Guided tours</h2>
        <button type="button" class="main-action" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      {isOpen && (
        <Gallery
          tours={tours}
          onOpen={(tour) => {
            dialog.current?.close();
            void page.touring.begin(tour);
          }}
        />
      )}
    </dialog>
  );
}
