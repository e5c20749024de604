/** What the challenge page's own script does, for tests that have no browser. */
export interface Solving {
  readonly seed: Int32Array;
  step(times: number): { readonly counters: string[]; readonly tries: number };
}

export type Solver = (ticket: string, bits: number, parts: number) => Solving;

/** The script as the page carries it. */
export async function solverOf(): Promise<Solver> {
  const path = new URL("../../views/gate/challenge/solver.js", import.meta.url);
  const source = `${await Deno.readTextFile(path)}\nexport { solver };`;
  const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return module.solver;
}
