import { join } from "node:path";
import { fragmentsOf, type TextFile } from "./text_files.ts";

/** Benign texts, and where anybody finds the same ones. */
export interface TextSource {
  /** As the model's record names it: `debian git 1:2.39.5-0+deb12u3`. */
  readonly name: string;
  readonly texts: readonly string[];
}

const MAX_DEPTH = 12;

/**
 * Texts of installed Debian packages, each a source with its version. Throws an Error that says what to install where
 * one is missing.
 */
export function debianSources(packages: readonly string[]): TextSource[] {
  const versions = packages.map((name) =>
    run("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", name)
  );
  const missing = packages.filter((_, i) => !versions[i]!.startsWith("ii "));
  if (missing.length > 0) {
    throw new Error(
      `training reads Debian packages that are not installed; install them (of the version in the record of ` +
        `rules/learned/model.json, by snapshot.debian.org if need be): apt-get install ${missing.join(" ")}`,
    );
  }
  return packages.map((name, i) => {
    const paths = run("dpkg", "-L", name).split("\n").filter((path) => path.startsWith("/") && isFile(path));
    const files = [...new Set(paths)].map((path) => ({ name: path, path }));
    return { name: `debian ${name} ${versions[i]!.slice(3).trim()}`, texts: fragmentsOf(files) };
  });
}

/** Texts of the npm packages that `imports` of deno.json pin, each a source; of what Deno keeps of them. */
export function npmSources(imports: Readonly<Record<string, string>>): TextSource[] {
  const info = JSON.parse(run(Deno.execPath(), "info", "--json")) as { readonly npmCache: string };
  const pinned = Object.values(imports).flatMap((each) =>
    /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([\w.-]+)/.exec(each) ?? []
  );
  const packages = pinned.flatMap((_, i) => i % 3 === 0 ? [[pinned[i + 1]!, pinned[i + 2]!] as const] : []);
  return packages.sort(([a], [b]) => a < b ? -1 : 1).map(([name, version]) => {
    const root = join(info.npmCache, "registry.npmjs.org", name, version);
    if (!isFile(join(root, "package.json"))) {
      throw new Error(`training reads npm ${name} ${version}, which Deno has not kept: deno install`);
    }
    return { name: `npm ${name} ${version}`, texts: fragmentsOf(filesUnder(root, name, 0)) };
  });
}

/** Texts of a folder of one's own, as /usr/share/doc: only who has it can train the same model. */
export function folderSource(folder: string): TextSource {
  return { name: `folder ${folder}`, texts: fragmentsOf(filesUnder(folder, "", 0)) };
}

function filesUnder(root: string, folder: string, depth: number): TextFile[] {
  if (depth > MAX_DEPTH) return [];
  return [...Deno.readDirSync(root)].sort((a, b) => a.name < b.name ? -1 : 1).flatMap((entry) => {
    const file = { name: join(folder, entry.name), path: join(root, entry.name) };
    if (entry.isDirectory) return filesUnder(file.path, file.name, depth + 1);
    return entry.isFile ? [file] : [];
  });
}

function isFile(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory) return false;
    throw thrown;
  }
}

function run(program: string, ...args: string[]): string {
  return new TextDecoder().decode(new Deno.Command(program, { args, stderr: "null" }).outputSync().stdout);
}
