/** For tests only: visits every state of the small world within a number of actions, and a naive twin to check it by. */
import { must } from "../assert.ts";
import { keyOf } from "./smallStates.ts";
import {
  actionsOf,
  perform,
  type SmallAction,
  type SmallOptions,
  type SmallState,
} from "./smallWorld.ts";

export interface Exploration {
  /** Keys of all states reached. */
  readonly states: ReadonlySet<string>;
  /** Actions performed. */
  readonly transitions: number;
  /** The first broken promise and the way to it. */
  readonly violation: { readonly message: string; readonly path: readonly string[] } | undefined;
}

interface Visited {
  readonly state: SmallState;
  readonly before: Visited | undefined;
  readonly action: SmallAction | undefined;
}

/** Breadth first: every state is expanded once, at the least number of actions that leads to it. */
export function explore(start: SmallState, depth: number, options: SmallOptions): Exploration {
  const states = new Set([keyOf(start)]);
  let layer: Visited[] = [{ state: start, before: undefined, action: undefined }];
  let transitions = 0;
  for (let at = 0; at < depth; at++) {
    const next: Visited[] = [];
    for (const visited of layer) {
      for (const action of actionsOf(visited.state, options)) {
        transitions += 1;
        const reached = tryPerform(visited, action, options);
        if (typeof reached === "string") {
          const path = pathOf({ state: visited.state, before: visited, action });
          return { states, transitions, violation: { message: reached, path } };
        }
        const key = keyOf(reached);
        if (states.has(key)) continue;
        states.add(key);
        next.push({ state: reached, before: visited, action });
      }
    }
    layer = next;
  }
  return { states, transitions, violation: undefined };
}

/** Depth first along every path, remembering nothing: the states that it meets are those that there are. */
export function enumerate(
  start: SmallState,
  depth: number,
  options: SmallOptions,
): { readonly states: Set<string>; readonly paths: number } {
  const states = new Set<string>();
  let paths = 0;
  const walk = (state: SmallState, left: number): void => {
    states.add(keyOf(state));
    if (left === 0) {
      paths += 1;
      return;
    }
    for (const action of actionsOf(state, options)) walk(perform(state, action, options), left - 1);
  };
  walk(start, depth);
  return { states, paths };
}

/** The next state, or what went wrong. */
function tryPerform(
  visited: Visited,
  action: SmallAction,
  options: SmallOptions,
): SmallState | string {
  try {
    return perform(visited.state, action, options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function pathOf(end: Visited): string[] {
  const path: string[] = [];
  for (let at: Visited | undefined = end; at?.action !== undefined; at = at.before) {
    path.unshift(JSON.stringify(at.action));
  }
  return must(path.length > 0 ? path : undefined, "a path");
}
