import type { z } from "zod";
import type { DeclaredSettings } from "../../config/config.ts";
import type { settingsPatch } from "../contract/settings.ts";
import { isGroup, isTree, type Tree } from "./settings_tree.ts";

type Patch = z.output<typeof settingsPatch>;

/** `stored` with `patch` over it; a null takes a value away, so that its default holds again. */
export function applyPatch(stored: Tree, patch: Patch): Tree {
  return patchTree(stored, patch as Tree);
}

/** Keys of the patch that the configuration file fixes. */
export function declaredKeys(patch: Patch, declared: DeclaredSettings): string[] {
  return paths(patch as Tree).filter((path) => at(declared as Tree, path) !== undefined)
    .map((path) => path.join("."));
}

/** All keys that it has a value for. */
export function keysOf(declared: DeclaredSettings): string[] {
  return paths(declared as Tree).filter((path) => at(declared as Tree, path) !== undefined)
    .map((path) => path.join("."));
}

/** The values of `tree` that `patch` names. */
export function only(tree: Tree, patch: Tree): Tree {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const below = tree[key];
    result[key] = isGroup(value) && isGroup(below) ? only(below, value) : below;
  }
  return result;
}

function patchTree(stored: Tree, patch: Tree): Tree {
  const result: Record<string, unknown> = { ...stored };
  for (const [key, value] of Object.entries(patch)) {
    const below = stored[key];
    if (value === null) delete result[key];
    else if (isGroup(value)) result[key] = patchTree(isGroup(below) ? below : {}, value);
    else if (value !== undefined) result[key] = value;
  }
  return result;
}

function paths(tree: Tree): string[][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isGroup(value) ? paths(value).map((path) => [key, ...path]) : [[key]]
  );
}

function at(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => isTree(value) ? value[key] : undefined, tree);
}
