import { join } from "node:path";
import { buildPortable } from "./portable.ts";
import { buildFacts, COUNTRY_FILE, ROOT, stage, THREADS } from "./stage.ts";

/**
 * `deno task compile [--portable] [--output FILE]`: builds dist/aegis by `deno compile`, or in the portable form where
 * the runtime that `deno compile` needs can be neither fetched nor is named by DENORT_BIN.
 */

const portable = Deno.args.includes("--portable");
const outputAt = Deno.args.indexOf("--output");
const output = outputAt < 0 ? join(ROOT, "dist/aegis") : Deno.args[outputAt + 1]!;
const v8Flags = Deno.env.get("DENO_V8_FLAGS") ?? "";
if (v8Flags === "") {
  console.error("The V8 flags are missing: build with deno task compile.");
  Deno.exit(64);
}

const facts = await buildFacts(new Date());
await Deno.mkdir(join(ROOT, "dist"), { recursive: true });
const staged = await Deno.makeTempDir({ dir: join(ROOT, "dist"), prefix: ".stage-" });
try {
  const reason = portable ? "asked for" : await compile();
  if (reason !== null) {
    console.log(`Building the portable form (${reason}).`);
    await stage(staged, "portable", facts);
    await buildPortable(staged, output, v8Flags);
  }
} finally {
  await Deno.remove(staged, { recursive: true });
}
const { size } = await Deno.stat(output);
console.log(`${output}: ${Math.round(size / 1_048_576)} MiB, version ${facts.version} ${facts.commit}`);

/** Null where it worked, else why not. */
async function compile(): Promise<string | null> {
  await stage(staged, "compiled", facts);
  const fresh = `${output}.new`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--allow-all",
      "--no-prompt",
      `--v8-flags=${v8Flags}`,
      ...[...THREADS, COUNTRY_FILE].flatMap((path) => ["--include", path]),
      "--output",
      fresh,
      "main.ts",
    ],
    cwd: staged,
    stdout: "inherit",
    stderr: "piped",
  }).output();
  if (!success) {
    const text = new TextDecoder().decode(stderr);
    // Without the runtime there is another way; anything else is a fault of the program and must be seen.
    if (/dl\.deno\.land|denort|standalone|dns error|error sending request/i.test(text)) {
      return "the runtime of deno compile can be neither fetched nor is it named by DENORT_BIN";
    }
    console.error(text);
    Deno.exit(1);
  }
  // A DENORT_BIN that is no denort compiles without a word and then behaves as something else.
  const answer = await new Deno.Command(fresh, { args: ["version", "--json"], stderr: "null" }).output();
  if (!answer.success || !new TextDecoder().decode(answer.stdout).includes('"form": "compiled"')) {
    await Deno.remove(fresh);
    return "what DENORT_BIN names is not denort of this Deno version";
  }
  await Deno.rename(fresh, output);
  return null;
}
