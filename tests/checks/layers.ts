/**
 * Who may import whom (README, Layout): downwards only. Each part names the parts it may import besides itself.
 * The lint plug-in `boundaries.ts` enforces it.
 */

const FOUNDATION = ["lib", "core"];
const MIDDLE = [
  "waf",
  "shield",
  "store",
  "certificates",
  "identity",
  "kernel",
  "notify",
  "telemetry",
  "cluster",
];
const UPPER = ["config", "analyst", "recorder"];
const FACES = ["admin", "api", "cli", "tui", "zerotrust"];

function table(): ReadonlyMap<string, ReadonlySet<string>> {
  const allowed = new Map<string, Set<string>>();
  const below = [...FOUNDATION];
  const layer = (parts: readonly string[]) => {
    for (const part of parts) allowed.set(part, new Set(below));
    below.push(...parts);
  };
  allowed.set("lib", new Set());
  allowed.set("core", new Set(["lib"]));
  layer(MIDDLE);
  layer(UPPER);
  layer(["gateway"]);
  layer(["control"]);
  layer(FACES);
  allowed.set("app", new Set([...below, "views", "views/gate"]));
  allowed.get("gateway")!.add("views/gate");
  allowed.get("admin")!.add("views").add("views/gate");
  allowed.set("views/gate", new Set(["views"]));
  allowed.set("views", new Set(["views/gate"]));
  return allowed;
}

const ALLOWED = table();

/** The part a file of the repository belongs to, or null where the rule says nothing (tests, rules). */
export function partOf(path: string): string | null {
  if (path === "main.ts") return "app";
  if (path.startsWith("views/gate/")) return "views/gate";
  if (path.startsWith("views/")) return "views";
  const inside = /^src\/(?:([^/]+)\/)?[^/]/.exec(path);
  if (inside === null) return null;
  return inside[1] ?? "app";
}

/** Why the file `from` may not import the file `to` (both relative to the repository), or null where it may. */
export function importFault(from: string, to: string, typeOnly: boolean): string | null {
  const part = partOf(from);
  if (part === null) return null;
  const isTest = /_test\.tsx?$/.test(from);
  if (to.startsWith("tests/")) return isTest ? null : `${from} is shipped, ${to} is not`;
  if (to.startsWith("rules/")) return null;
  const other = partOf(to);
  if (other === null) return `${to} belongs to no part`;
  if (other === part) return null;
  if (part.startsWith("views") && other === "core") {
    return typeOnly ? null : "views import types of core only: write `import type`";
  }
  const allowed = ALLOWED.get(part);
  if (allowed === undefined) return `src/${part} is no part of the layout: see tests/checks/layers.ts`;
  if (allowed.has(other)) return null;
  return ALLOWED.has(other)
    ? `${part} may not import ${other}: imports go downwards only`
    : `src/${other} is no part of the layout: see tests/checks/layers.ts`;
}
