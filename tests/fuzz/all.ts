/** Runs every fuzzer, one after the other, each with the arguments that this was given. Ends with the first that finds something. */
const FUZZERS = ["http1_fuzz.ts", "http2_fuzz.ts", "streams_fuzz.ts"];

for (const file of FUZZERS) {
  const path = new URL(file, import.meta.url).pathname;
  const { code } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", path, ...Deno.args] })
    .spawn()
    .status;
  if (code !== 0) Deno.exit(code);
}
