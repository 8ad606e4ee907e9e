/** Tarjan's strongly connected components, without recursion: a history may be one long chain. */
import type { Dependencies } from "./dependencies.ts";

/** The components of more than one node: nodes that all depend on each other. Of each its nodes, ascending. */
export function componentsOf(graph: Dependencies): readonly (readonly number[])[] {
  const count = graph.nodes.length;
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const isOnStack = new Uint8Array(count);
  const stack: number[] = [];
  const found: number[][] = [];
  let nextIndex = 0;

  const open = (node: number, path: Frame[]): void => {
    index[node] = nextIndex;
    low[node] = nextIndex++;
    stack.push(node);
    isOnStack[node] = 1;
    const edges: number[] = [];
    graph.forEachFrom(node, (edge) => edges.push(edge));
    path.push({ node, edges, at: 0 });
  };

  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    const path: Frame[] = [];
    open(root, path);
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { node } = frame;
      if (frame.at < frame.edges.length) {
        const next = graph.to[frame.edges[frame.at++] as number] as number;
        if (index[next] === -1) open(next, path);
        else if (isOnStack[next] === 1)
          low[node] = Math.min(low[node] as number, index[next] as number);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined)
        low[parent.node] = Math.min(low[parent.node] as number, low[node] as number);
      if (low[node] !== index[node]) continue;
      const component: number[] = [];
      for (let popped = -1; popped !== node;) {
        popped = stack.pop() as number;
        isOnStack[popped] = 0;
        component.push(popped);
      }
      if (component.length > 1) found.push(component.sort((a, b) => a - b));
    }
  }
  return found;
}

interface Frame {
  readonly node: number;
  readonly edges: readonly number[];
  at: number;
}
