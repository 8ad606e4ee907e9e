/** Names of the peer frames, as films number them: by their number on the wire; "" where there is none. */
import { messageKinds } from "../../engine/bytes/frame.ts";

export const frameKinds: readonly string[] = namesByNumber();

function namesByNumber(): readonly string[] {
  const names = Array.from({ length: 256 }, () => "");
  for (const [kind, number] of Object.entries(messageKinds)) names[number] = kind;
  return names;
}
