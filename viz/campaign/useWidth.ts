/** How wide an element is, in pixels, now and whenever it changes. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** 0 before it is on screen. */
export function useWidth(place: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const look = (): void => setWidth(Math.floor(element.clientWidth));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return widthPx;
}
