import { AegisError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { targetsOf } from "../core/host_path.ts";

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
  const kept = Object.fromEntries(wanted.flatMap((id) => before[id] === undefined ? [] : [[id, before[id]]]));
  const taken = new Set(Object.values(kept));
  const lately = new Set(Object.values(before));
  const free = Array.from({ length: cells }, (_, cell) => cell).filter((cell) => !taken.has(cell))
    .sort((a, b) => Number(lately.has(a)) - Number(lately.has(b)) || a - b);
  const added = wanted.filter((id) => kept[id] === undefined).map((id, i) => [id, free[i]!]);
  return { ...kept, ...Object.fromEntries(added) };
}
