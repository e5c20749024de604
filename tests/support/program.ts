import { waitForPort } from "../bench/wait_for_port.ts";

/** A program of another author, for a test to talk to or through. */
export interface Program {
  /** All that it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a program that stays in the foreground and waits until it listens on `port` of loopback. */
export async function startProgram(program: string, args: readonly string[], port: number): Promise<Program> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const reading = Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  }));
  let exited: Deno.CommandStatus | null = null;
  void child.status.then((status) => exited = status);
  const stop = async () => {
    if (exited === null) child.kill("SIGKILL");
    await child.status;
    await reading;
  };
  try {
    await waitForPort(port, child.status.then(() => `${program} ended`));
  } catch (thrown) {
    await stop();
    throw new Error(`${thrown}\n${output}`, { cause: thrown });
  }
  return { output: () => output, stop };
}

/** Starts a program and ends it as soon as it has printed what `wanted` matches; returns what it printed until then. */
export async function printedBy(
  program: string,
  args: readonly string[],
  wanted: RegExp,
  deadlineMs = 15_000,
): Promise<string> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(deadlineMs),
  }).spawn();
  let printed = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    if (!wanted.test(printed)) continue;
    child.kill("SIGKILL");
    break;
  }
  await child.stdin.close();
  await child.status;
  if (!wanted.test(printed)) throw new Error(`${program} did not print ${wanted}:\n${printed}`);
  return printed;
}

/** Runs a program to its end; returns what it printed. Rejects where it failed or took longer than `deadlineMs`. */
export async function runProgram(
  program: string,
  args: readonly string[],
  input = "",
  deadlineMs = 15_000,
): Promise<string> {
  const abort = AbortSignal.timeout(deadlineMs);
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: abort,
  }).spawn();
  const writer = child.stdin.getWriter();
  // A program that ends without reading closes the pipe.
  await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} failed:\n${decoder.decode(stderr)}${decoder.decode(stdout)}`);
  return decoder.decode(stdout);
}
