import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { readArguments } from "./arguments.ts";
import { type Job, planJobs, runJobs } from "./jobs.ts";
import { installPackages } from "./packages.ts";
import { readSummary, type Totals } from "./summary.ts";

/**
 * `deno task test [--filter TEXT] [PATH…]`: installs what tests need, runs everything (or what is named), and closes
 * with `N passed, N failed` alone on a line.
 */

const ROOT = new URL("..", import.meta.url).pathname;
const IS_TEST = /(?:^|[_./])test\.(?:ts|tsx|js)$/;
/** Each may hold a product and a browser: about 1 GB. */
const MOST_SLOTS = 8;
const SUMMARY_CHARS = 65_536;
/** Longer than any file takes on a busy machine: one that hangs is named, instead of the whole run being ended from outside. */
const JOB_DEADLINE_MS = 300_000;

function testFiles(path: string): string[] {
  if (Deno.statSync(`${ROOT}${path}`).isFile) return [path];
  const found: string[] = [];
  for (const entry of Deno.readDirSync(`${ROOT}${path}`)) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "output" && entry.name !== "node_modules") {
      found.push(...testFiles(below));
    } else if (entry.isFile && IS_TEST.test(entry.name)) found.push(below);
  }
  return found.sort();
}

/** As it stands below the root. Throws where there is no such file or folder. */
function testsAt(path: string): string[] {
  const below = relative(ROOT, Deno.realPathSync(path));
  return below === "" ? ["src", "views", "tests"].flatMap(testFiles) : testFiles(below);
}

/** Types of all that is named, once: each process of `deno test` would check what is common to its files again. */
async function checkTypes(paths: readonly string[]): Promise<Totals> {
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["check", "-q", ...paths], cwd: ROOT })
    .spawn().status;
  if (!success) console.log("types: FAILED");
  return { passed: 0, failed: success ? 0 : 1 };
}

/** One process of `deno test`; its output is shown as a whole. One without a summary (a module that throws) counts as a failure. */
async function runTests(files: Job, filter: string | null): Promise<Totals> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--no-prompt",
      "--no-check",
      ...(filter === null ? [] : [`--filter=${filter}`]),
      ...files,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  });
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    output += `\n${files.join(" ")}: not done after ${JOB_DEADLINE_MS / 1_000} s, ended\n`;
    child.kill("SIGKILL");
  }, JOB_DEADLINE_MS);
  const { success, code, signal } = await child.status;
  clearTimeout(deadline);
  // What a killed run leaves behind holds its output open.
  if (!isLate) await Promise.all(reading);
  const totals = readSummary(output.slice(-SUMMARY_CHARS)) ?? { passed: 0, failed: 0 };
  if (success || totals.failed > 0) {
    await show(output);
    return totals;
  }
  // What fails outside a test (a module that throws, a crash at the end) fails the run as well.
  await show(`${output}\n${files.join(" ")}: FAILED, ended by ${signal ?? `code ${code}`}\n`);
  return { ...totals, failed: 1 };
}

async function show(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}

function finish({ passed, failed }: Totals): never {
  console.log(`\n${passed} passed, ${failed} failed`);
  Deno.exit(failed === 0 && passed > 0 ? 0 : 1);
}

function giveUp(why: string): never {
  console.error(why);
  finish({ passed: 0, failed: 1 });
}

async function main(): Promise<void> {
  const { paths, filter } = readArguments(Deno.args);
  const isWhole = paths.length === 0;
  const files = isWhole ? testsAt(ROOT) : [...new Set(paths.flatMap(testsAt))];
  const problem = await installPackages();
  if (problem !== null) giveUp(problem);

  const totals = { passed: 0, failed: 0 };
  const add = ({ passed, failed }: Totals) => {
    totals.passed += passed;
    totals.failed += failed;
  };
  const types = checkTypes(isWhole ? ["main.ts", "src", "views", "tests", ".ci"] : files).then(add);
  const slots = Math.min(MOST_SLOTS, Math.max(2, availableParallelism()));
  await runJobs(planJobs(files), slots, async (job) => add(await runTests(job, filter)));
  await types;
  if (filter !== null && totals.passed + totals.failed === 0) giveUp(`No test has ${filter} in its name.`);
  finish(totals);
}

await main().catch((thrown) => giveUp(thrown instanceof Error ? thrown.message : String(thrown)));
