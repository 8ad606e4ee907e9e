/** Opens the user's browser. */
import { spawn } from "node:child_process";

/** False where there is no screen to show it on, or where what opens addresses on this system is not known. */
export function openBrowser(address: string): boolean {
  const opener = openers[process.platform];
  if (opener === undefined || !opener.hasScreen()) return false;
  const [command, ...words] = opener.command;
  const child = spawn(command, [...words, address], { stdio: "ignore", detached: true });
  // The link has been printed: who has no browser copies it.
  child.on("error", () => undefined);
  child.unref();
  return true;
}

interface Opener {
  readonly command: readonly [string, ...string[]];
  readonly hasScreen: () => boolean;
}

const openers: Readonly<Partial<Record<NodeJS.Platform, Opener>>> = {
  darwin: { command: ["open"], hasScreen: () => true },
  win32: { command: ["rundll32", "url.dll,FileProtocolHandler"], hasScreen: () => true },
  linux: {
    command: ["xdg-open"],
    hasScreen: () =>
      ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => (process.env[name] ?? "") !== ""),
  },
};
