/** Names the worst cycle of a component, and says in sentences why it is impossible. */
import type { Anomaly, CycleName, CycleVariant } from "./anomaly.ts";
import { type Dependencies, type EdgeKind, edgeKinds } from "./dependencies.ts";
import { sayTransaction } from "./transaction.ts";

const { ww, wr, rw, process, realtime } = edgeKinds;

interface CycleShape {
  readonly name: CycleName;
  /** The cycle has at least one edge of this kind… */
  readonly first: EdgeKind;
  /** …and all its others are of these. */
  readonly rest: number;
}

/** Worst first: fewer kinds of edges contradict more systems' promises. */
const shapes: readonly CycleShape[] = [
  { name: "G0", first: ww, rest: ww },
  { name: "G1c", first: wr, rest: ww | wr },
  { name: "G-single", first: rw, rest: ww | wr },
  { name: "G2-item", first: rw, rest: ww | wr | rw },
];

/** A variant is looked for only where those before it found nothing, so its cycles do need what it adds. */
const variants: readonly { readonly name: CycleVariant; readonly adds: number }[] = [
  { name: "", adds: 0 },
  { name: "-process", adds: process },
  { name: "-realtime", adds: process | realtime },
];

/** Edges looked at for one shape in one component, above which the search goes on to the next shape. */
const SEARCH_LIMIT = 2_000_000;

export function worstCycle(graph: Dependencies, component: readonly number[]): Anomaly {
  const members = new Set(component);
  for (const variant of variants) {
    for (const { name, first, rest } of shapes) {
      const cycle = shortestCycle(graph, members, first, rest | variant.adds);
      if (cycle !== undefined) return anomalyOf(graph, `${name}${variant.name}`, cycle);
    }
  }
  throw new Error("a strongly connected component without a cycle");
}

/** The edges of the shortest cycle with an edge of the first kind and all others of the rest, begun by that edge. */
function shortestCycle(
  graph: Dependencies,
  members: ReadonlySet<number>,
  first: EdgeKind,
  rest: number,
): readonly number[] | undefined {
  let best: readonly number[] | undefined;
  const budget = { left: SEARCH_LIMIT };
  for (const node of members) {
    graph.forEachFrom(node, (edge) => {
      if (graph.kind[edge] !== first || !members.has(graph.to[edge] as number)) return;
      if (budget.left <= 0 || best?.length === 2) return;
      const back = pathBetween(graph, members, graph.to[edge] as number, node, rest, budget);
      if (back !== undefined && (best === undefined || back.length + 1 < best.length))
        best = [edge, ...back];
    });
  }
  return best;
}

/** Breadth first, so it is a shortest one. */
// oxlint-disable-next-line max-params -- the arguments of a search
function pathBetween(
  graph: Dependencies,
  members: ReadonlySet<number>,
  from: number,
  to: number,
  kinds: number,
  budget: { left: number },
): readonly number[] | undefined {
  const cameBy: Map<number, number> = new Map([[from, -1]]);
  const queue = [from];
  for (let head = 0; head < queue.length && !cameBy.has(to); head++) {
    graph.forEachFrom(queue[head] as number, (edge) => {
      budget.left--;
      const next = graph.to[edge] as number;
      const isUsable = ((graph.kind[edge] as number) & kinds) !== 0 && members.has(next);
      if (!isUsable || cameBy.has(next)) return;
      cameBy.set(next, edge);
      queue.push(next);
    });
  }
  if (!cameBy.has(to)) return undefined;
  const path: number[] = [];
  for (let node = to; node !== from;) {
    const edge = cameBy.get(node) as number;
    path.unshift(edge);
    node = graph.from[edge] as number;
  }
  return path;
}

function anomalyOf(graph: Dependencies, name: Anomaly["name"], cycle: readonly number[]): Anomaly {
  // Begun behind the edge that gave the cycle its name, the contradiction is that edge.
  const edges = [...cycle.slice(1), cycle[0] as number];
  const nodes = edges.map((edge) => graph.from[edge] as number);
  const labels: Map<number, string> = new Map();
  nodes.forEach((node, index) => labels.set(node, `T${index + 1}`));
  const transactions = nodes.map((node) => graph.nodes[node]).filter((one) => one !== undefined);
  const names = transactions.map((one, index) => `T${index + 1} = ${sayTransaction(one)}`);
  const sentences = edges.map((edge, index) => {
    const sentence = sayEdge(graph, edge, labels);
    return index < edges.length - 1 ? sentence : `However, ${sentence}: a contradiction!`;
  });
  return { name, transactions, explanation: [...names, ...sentences] };
}

function sayEdge(graph: Dependencies, edge: number, labels: ReadonlyMap<number, string>): string {
  const from = graph.from[edge] as number;
  const before = labels.get(from) ?? "";
  const after = labels.get(graph.to[edge] as number) ?? "";
  const key = graph.key[edge] as string;
  const because = (): string => {
    switch (graph.kind[edge] as EdgeKind) {
      case ww:
        return `${after} appended ${graph.elementTo[edge]} after ${before} appended ${graph.elementFrom[edge]} to ${key}`;
      case wr:
        return `${after} observed ${before}'s append of ${graph.elementFrom[edge]} to ${key}`;
      case rw:
        return `${before} did not observe ${after}'s append of ${graph.elementTo[edge]} to ${key}`;
      case process:
        return `process ${graph.nodes[from]?.process} executed ${before} before ${after}`;
      case realtime:
        return `${before} had completed before ${after} was invoked`;
    }
  };
  return `${before} < ${after}, because ${because()}`;
}
