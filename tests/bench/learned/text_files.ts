import { createHash } from "node:crypto";

/** A file that is read for its text. */
export interface TextFile {
  /** The same on every machine; what is taken of the file depends on it. */
  readonly name: string;
  readonly path: string;
}

const MOST_A_KIND = 1_200;
const MAX_FILE_BYTES = 400_000;
/** Fragments of so many lines are taken from each file. */
const FRAGMENT_LINES = [1, 3, 12, 60];
const MAX_FRAGMENT = 6_000;
const KINDS: Readonly<Record<string, string>> = {
  md: "markdown",
  rst: "markdown",
  txt: "prose",
  tex: "prose",
  pod: "prose",
  py: "python",
  pl: "perl",
  pm: "perl",
  php: "php",
  rb: "ruby",
  c: "c",
  h: "c",
  go: "go",
  rs: "rust",
  ts: "script",
  js: "script",
  json: "json",
  yaml: "yaml",
  yml: "yaml",
  toml: "yaml",
  html: "html",
  css: "css",
  sh: "shell",
  sql: "sql",
  xml: "xml",
  csv: "csv",
  po: "prose",
};
/** What is about attacks holds them. */
const ABOUT_ATTACKS =
  /sqlmap|payload|fuzz|\bwaf|inject|xss|modsec|coreruleset|vuln|exploit|attack|sanitiz|cve|security|corpora|rules\/|rig\b/i;

/** Fragments of the text files among `files`, as many of each kind of text, in the order of the hash of their names. */
export function fragmentsOf(files: readonly TextFile[]): string[] {
  const wanted = files.filter(({ name }) => kindOf(name) !== undefined && !ABOUT_ATTACKS.test(name));
  const byKind = Map.groupBy(wanted, ({ name }) => kindOf(name)!);
  return [...byKind].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([, members]) => {
    const ordered = members.map((file) => ({ file, hash: createHash("sha1").update(file.name).digest() }))
      .sort((a, b) => a.hash.compare(b.hash));
    const found: string[] = [];
    for (const { file, hash } of ordered) {
      if (found.length >= MOST_A_KIND) break;
      found.push(...fragmentsOfFile(file.path, hash));
    }
    return found;
  });
}

function kindOf(name: string): string | undefined {
  return KINDS[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
}

function fragmentsOfFile(path: string, hash: Uint8Array): string[] {
  const bytes = Deno.readFileSync(path);
  if (bytes.length > MAX_FILE_BYTES) return [];
  const lines = new TextDecoder().decode(bytes).split("\n");
  return FRAGMENT_LINES.map((count, i) => {
    const from = Math.floor((hash[i]! / 256) * Math.max(1, lines.length - count));
    return lines.slice(from, from + count).join("\n").slice(0, MAX_FRAGMENT);
  }).filter((text) => text.trim().length > 3);
}
