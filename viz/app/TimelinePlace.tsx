/** Where the timeline stands on the page: it draws itself. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Page } from "./page.ts";

export function TimelinePlace({ page }: { readonly page: Page }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.replaceChildren(page.timeline.root);
  }, [page]);
  return <div ref={place} class="timeline-place" />;
}
