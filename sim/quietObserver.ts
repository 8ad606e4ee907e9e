/** An observer that looks at nothing: for measurements of the world alone and for tests of the world. */
import type { Observer } from "./checker/observer.ts";

export function quietObserver(): Observer {
  const ignore = (): void => {};
  return {
    violation: undefined,
    operationInvoked: ignore,
    operationCompleted: ignore,
    repliesAmiss: ignore,
    redirected: ignore,
    messageHeard: () => {},
    cacheTold: () => {},
    cacheLost: () => {},
    pipelineAnswered: ignore,
    databaseViewed: ignore,
    waitersViewed: ignore,
    logViewed: ignore,
    diskSynced: ignore,
    diskRemoved: ignore,
    diskReread: ignore,
    stateSampled: ignore,
    traced: ignore,
    finish: () => [],
  };
}
