import assert from "node:assert/strict";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname!, "../..");

/** What one module imports, by specifier. */
export interface Imports {
  /** Loaded with it and run. */
  readonly code: ReadonlySet<string>;
  /** Only for its types. */
  readonly types: ReadonlySet<string>;
}

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

/** Every module that loading `entry` (a path) leads to, also by types: by specifier (`file:///…`, `npm:/name@version`). */
export async function moduleGraph(entry: string): Promise<ReadonlyMap<string, Imports>> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", join(ROOT, "deno.json"), entry],
    cwd: ROOT,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const { modules, redirects } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: readonly Module[];
    redirects: Readonly<Record<string, string>>;
  };
  return new Map(modules.map(({ specifier, dependencies = [] }) => {
    const named = (kind: "code" | "type") =>
      new Set(
        dependencies.map((each) => each[kind]?.specifier).filter((each) => each !== undefined)
          .map((each) => redirects[each] ?? each),
      );
    return [specifier, { code: named("code"), types: named("type") }];
  }));
}
