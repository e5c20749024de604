import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { COUNTRY_FILE, edit, ROOT, THREADS } from "./stage.ts";

/**
 * The portable form: one file of a shell header (portable.sh) and a compressed archive of the Deno binary and of the
 * program, bundled with its npm packages into one module a thread. `staged` is the tree that `stage` made.
 */
export async function buildPortable(staged: string, output: string, v8Flags: string): Promise<void> {
  const program = join(staged, "program");
  await bundle(staged, program);
  await Deno.copyFile(join(staged, COUNTRY_FILE), join(program, "country.mmdb"));
  await Deno.copyFile(await denoBinary(), join(program, "deno"));
  await Deno.chmod(join(program, "deno"), 0o755);

  const files = (await list(program, "")).sort();
  const sums = await Promise.all(files.map(async (file) => `${await sha256(join(program, file))}  ${file}`));
  const archive = join(staged, "program.tar.gz");
  await succeed("tar", ["-C", program, "--owner=0", "--group=0", "--mtime=@0", "-czf", archive, ...files]);

  const { unstable } = JSON.parse(await Deno.readTextFile(join(staged, "deno.json")));
  const values: Record<string, string> = {
    CONTENT: await sha256(archive),
    SUMS: sums.join("\n"),
    BYTES: String((await Deno.stat(archive)).size),
    FLAGS: [`--v8-flags=${v8Flags}`, ...unstable.map((name: string) => `--unstable-${name}`)].join(" "),
  };
  const header = await fillHeader(values);
  await Deno.mkdir(dirname(output), { recursive: true });
  await Deno.writeTextFile(`${output}.new`, header);
  const file = await Deno.open(`${output}.new`, { append: true });
  await (await Deno.open(archive)).readable.pipeTo(file.writable);
  await Deno.chmod(`${output}.new`, 0o755);
  await Deno.rename(`${output}.new`, output);
}

/** The header with its values; `SKIP` is its own length, and has a fixed number of digits so that it can know it. */
async function fillHeader(values: Readonly<Record<string, string>>): Promise<string> {
  let header = await Deno.readTextFile(join(ROOT, ".ci/portable.sh"));
  for (const [key, value] of Object.entries(values)) header = header.replaceAll(`@${key}@`, () => value);
  const digits = 6;
  const bytes = new TextEncoder().encode(header).length - "@SKIP@".length + digits;
  return header.replace("@SKIP@", () => String(bytes).padEnd(digits, " "));
}

/** One module a thread, each whole: a thread may read no file while it runs. */
async function bundle(staged: string, into: string): Promise<void> {
  const at = (path: string) => join(staged, path);
  // main.ts moves beside the supervisor's module, because `import.meta.url` of the bundle stands for both.
  await Deno.rename(at("main.ts"), at("src/main.ts"));
  const main = await Deno.readTextFile(at("src/main.ts"));
  await Deno.writeTextFile(at("src/main.ts"), main.replaceAll('"./src/', '"./'));
  for (const path of THREADS) {
    const name = path.replace("src/", "./");
    const url = new RegExp(`"${name.replaceAll(".", "\\.")}"`);
    const starter = path === "src/command_line_thread.ts" ? "src/command_line.ts" : "src/app.ts";
    await edit(at(starter), [[url, `"${name.replace(/\.ts$/, ".js")}"`]]);
  }
  const args = ["bundle", "--platform", "deno", "--outdir", into, "src/main.ts", ...THREADS];
  await succeed(Deno.execPath(), args, staged);
  for (const path of ["main.ts", ...THREADS]) {
    await escape(join(into, path.replace("src/", "").replace(/\.ts$/, ".js")));
  }
}

/**
 * Escapes what is not ASCII in a program's text: V8 keeps two bytes for every character of a text with one of them, and
 * a few stand in patterns and comments that the bundler leaves as they are.
 */
async function escape(file: string): Promise<void> {
  const text = await Deno.readTextFile(file);
  const unit = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
  await Deno.writeTextFile(file, text.replaceAll(/[\u0080-\uffff]/g, unit));
}

/** The binary itself: the one that npm installs lies behind links. */
async function denoBinary(): Promise<string> {
  return await Deno.realPath(Deno.execPath());
}

async function list(folder: string, below: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(join(folder, below))) {
    const path = join(below, entry.name);
    if (entry.isDirectory) found.push(...await list(folder, path));
    else found.push(path);
  }
  return found;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of (await Deno.open(path)).readable) hash.update(chunk);
  return hash.digest("hex");
}

async function succeed(program: string, args: readonly string[], cwd: string = ROOT): Promise<void> {
  const { success } = await new Deno.Command(program, { args: [...args], cwd }).spawn().status;
  if (!success) throw new Error(`${program} ${args[0]} failed`);
}
