import { join } from "node:path";

/**
 * h2spec (github.com/summerwind/h2spec), the conformance suite for HTTP/2 servers: built with Go into the user's cache,
 * run against a port, its report read.
 */

const MODULE = "github.com/summerwind/h2spec/cmd/h2spec@latest";
/** All cases, the strict one too. */
export const H2SPEC_CASES = 146;
/** Seconds that a case waits for an answer. */
const CASE_TIMEOUT_S = 3;

export interface H2specResult {
  /** Cases that ran. */
  readonly cases: number;
  /** What failed, one text a case: section, title, what was expected and what came. */
  readonly failures: readonly string[];
  /** Cases that did not apply. */
  readonly skipped: readonly string[];
}

/** The program's path, or why there is none. */
export type H2specProgram = { readonly path: string } | { readonly missing: string };

export async function findH2spec(): Promise<H2specProgram> {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache");
  const folder = join(home, "aegis-tests", "h2spec");
  const path = join(folder, "h2spec");
  if (await isFile(path)) return { path };
  const go = await goProgram();
  if (go === null) return { missing: "h2spec is built with Go, which is not installed (go.dev/dl)" };
  await Deno.mkdir(folder, { recursive: true });
  const built = await new Deno.Command(go, {
    args: ["install", MODULE],
    env: { GOBIN: folder },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (built.success) return { path };
  return { missing: `go install ${MODULE} failed: ${new TextDecoder().decode(built.stderr).trim()}` };
}

/** Runs every case against a server on 127.0.0.1. */
export async function runH2spec(program: string, port: number, tls: boolean): Promise<H2specResult> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const args = ["--strict", "-h", "127.0.0.1", "-p", `${port}`, "-o", `${CASE_TIMEOUT_S}`, "-j", report];
    const { stdout, stderr } = await new Deno.Command(program, { args: tls ? [...args, "-t", "-k"] : args })
      .output();
    const xml = await Deno.readTextFile(report);
    if (xml === "") throw new Error(`h2spec wrote no report: ${text(stdout)}${text(stderr)}`);
    return readReport(xml);
  } finally {
    await Deno.remove(report);
  }
}

/** Reads the JUnit report, in which a case is an element of one line or holds `failure` or `skipped`. */
function readReport(xml: string): H2specResult {
  const failures: string[] = [];
  const skipped: string[] = [];
  let cases = 0;
  for (
    const found of xml.matchAll(
      /<testcase package="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs,
    )
  ) {
    cases++;
    const [, section, title, content = ""] = found;
    const name = `${section} ${plain(title!)}`;
    if (content.includes("<skipped")) skipped.push(name);
    else if (content.trim() !== "") failures.push(`${name}: ${plain(content.replace(/<[^>]*>/g, " "))}`);
  }
  return { cases, failures, skipped };
}

function plain(xml: string): string {
  const decoded = xml.replace(
    /&#(x?)([0-9a-fA-F]+);/g,
    (_, hex, code) => String.fromCodePoint(parseInt(code, hex === "" ? 10 : 16)),
  );
  return decoded.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll(
    "&amp;",
    "&",
  )
    .replace(/\s+/g, " ").trim();
}

async function goProgram(): Promise<string | null> {
  for (const folder of [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/local/go/bin"]) {
    if (folder !== "" && await isFile(join(folder, "go"))) return join(folder, "go");
  }
  return null;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory) return false;
    throw thrown;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
