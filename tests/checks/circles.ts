/** What each module imports. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Circles of imports as `a.ts → b.ts → a.ts`, the shortest first. Where circles have an import in common only the
 * shortest is told: it is the one to break. None where imports lead downwards only.
 */
export function circlesOf(graph: Graph): string[] {
  const circles = [...graph.keys()].sort().map((start) => shortestCircle(graph, start))
    .filter((circle) => circle !== null).sort((a, b) => a.length - b.length);
  const told = new Set<string>();
  return circles.flatMap((circle) => {
    const edges = circle.slice(1).map((to, i) => `${circle[i]} ${to}`);
    if (edges.some((edge) => told.has(edge))) return [];
    for (const edge of edges) told.add(edge);
    return [circle.join(" → ")];
  });
}

/** The modules of the shortest way from `start` back to it, `start` first and last; null: there is none. */
function shortestCircle(graph: Graph, start: string): string[] | null {
  const cameFrom = new Map<string, string>();
  // Grows while it is walked: the nearest come first.
  const reached = new Set([start]);
  for (const module of reached) {
    for (const imported of graph.get(module) ?? []) {
      if (imported === start) return [...wayTo(module, start, cameFrom), start];
      if (reached.has(imported)) continue;
      reached.add(imported);
      cameFrom.set(imported, module);
    }
  }
  return null;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  while (way[0] !== start) way.unshift(cameFrom.get(way[0]!)!);
  return way;
}
