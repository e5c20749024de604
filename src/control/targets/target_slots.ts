import { AegisError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { targetsOf } from "../../core/host_path.ts";

type Slots = Readonly<Record<string, number>>;

/**
 * The cell in shared memory of each target of `hosts`, by target id. A target keeps its cell from one snapshot to the
 * next; new ones take cells that `before` did not use, as long as there are any, so that a gateway that still serves
 * the snapshot before does not count into a stranger's. Throws where there are more targets than cells.
 */
export function assignSlots(before: Slots, hosts: readonly Host[], cells: number): Slots {
  const wanted = hosts.flatMap((host) => targetsOf(host).map((target) => target.id));
  if (wanted.length > cells) {
    throw new AegisError("conflict", `there is room for ${cells} targets, and this makes ${wanted.length}`);
  }
  return assignCells(before, wanted, cells);
}

/** The same for anything with an id: cells for as many of `wanted` as there are. */
export function assignCells(before: Slots, wanted: readonly string[], cells: number): Slots {
  const kept: Record<string, number> = {};
  for (const id of wanted) {
    const cell = before[id];
    if (cell !== undefined) kept[id] = cell;
  }
  const added = wanted.filter((id) => kept[id] === undefined);
  if (added.length === 0) return kept;
  const taken = new Set(Object.values(kept));
  const lately = new Set(Object.values(before));
  const free = Array.from({ length: cells }, (_, cell) => cell).filter((cell) => !taken.has(cell));
  const unused = free.filter((cell) => !lately.has(cell));
  const used = free.filter((cell) => lately.has(cell));
  const given = [...unused, ...used];
  added.slice(0, given.length).forEach((id, i) => kept[id] = given[i]!);
  return kept;
}
