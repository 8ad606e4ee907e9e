/**
 * A worker for each planted bug that a tour shows: the same code with the bug in it (sim/cli/mutants/plantedBundles.ts). Each address
 * is written out, because the bundler has to see it.
 */
export const plantedWorkers: Readonly<Record<string, () => Worker>> = {
  "no-tracker": () =>
    new Worker(new URL("./no-tracker.planted.ts", import.meta.url), { type: "module" }),
  "reply-before-durable": () =>
    new Worker(new URL("./reply-before-durable.planted.ts", import.meta.url), { type: "module" }),
  "lease-from-answer": () =>
    new Worker(new URL("./lease-from-answer.planted.ts", import.meta.url), { type: "module" }),
  "backoff-without-margin": () =>
    new Worker(new URL("./backoff-without-margin.planted.ts", import.meta.url), { type: "module" }),
  "conflict-keeps-memory": () =>
    new Worker(new URL("./conflict-keeps-memory.planted.ts", import.meta.url), { type: "module" }),
  "vote-for-any-log": () =>
    new Worker(new URL("./vote-for-any-log.planted.ts", import.meta.url), { type: "module" }),
  "replica-before-the-tail": () =>
    new Worker(new URL("./replica-before-the-tail.planted.ts", import.meta.url), {
      type: "module",
    }),
  "damage-taken-for-the-end": () =>
    new Worker(new URL("./damage-taken-for-the-end.planted.ts", import.meta.url), {
      type: "module",
    }),
};
