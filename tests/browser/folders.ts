/** Where the tests in a browser read and write. */
import { fileURLToPath } from "node:url";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What is served: the viewer in app/, as scripts/buildApp.js leaves it, and the timeline under load in stress/. */
export const servedFolder: string = folder("../../dist");
/** Committed screenshots. */
export const shotFolder: string = folder("./shots");
/** What a failing test has seen; not committed. */
export const outFolder: string = folder("../../reports/out/browser");
