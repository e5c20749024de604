import { join } from "node:path";

/** All programs that the portable form may use besides itself: what every Debian, and busybox, has. */
const TOOLS = [
  "sh",
  "tail",
  "head",
  "tar",
  "gzip",
  "sha256sum",
  "mktemp",
  "mv",
  "rm",
  "ls",
  "chmod",
  "mkdir",
];
const ROOT = new URL("../..", import.meta.url).pathname;

export interface Portable {
  /** An empty directory with the built file alone in it. */
  readonly folder: string;
  readonly file: string;
  /** A PATH without Deno. */
  readonly path: string;
  /** An empty home. */
  readonly home: string;
  close(): Promise<void>;
}

/** Builds the portable form as `deno task compile` does, and moves it where nothing of this tree is near. */
export async function buildPortable(): Promise<Portable> {
  const folder = await Deno.makeTempDir({ prefix: "aegis-portable-" });
  const file = join(folder, "aegis");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "compile", "--portable", "--output", file],
    cwd: ROOT,
    stdout: "null",
  }).output();
  if (!success) throw new Error(`the build failed:\n${new TextDecoder().decode(stderr)}`);
  const path = await Deno.makeTempDir({ prefix: "aegis-tools-" });
  const home = await Deno.makeTempDir({ prefix: "aegis-home-" });
  for (const tool of TOOLS) await Deno.symlink(await findTool(tool), join(path, tool));
  return {
    folder,
    file,
    path,
    home,
    async close() {
      for (const each of [folder, path, home]) await Deno.remove(each, { recursive: true });
    },
  };
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a file with no more environment than this PATH and home. */
export async function runAlone(
  portable: Portable,
  args: readonly string[],
  file = portable.file,
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(file, {
    args: [...args],
    cwd: portable.folder,
    clearEnv: true,
    env: { PATH: portable.path, HOME: portable.home },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

async function findTool(name: string): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      return await Deno.realPath(join(folder, name));
    } catch (thrown) {
      if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    }
  }
  throw new Error(`${name} is not installed`);
}
