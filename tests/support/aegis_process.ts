import { request } from "node:http";
import { join } from "node:path";
import type { OperationInput, OperationName, OperationOutput } from "../../src/control/operation.ts";
import { until } from "./until.ts";

export interface AegisOptions {
  /** Lines of aegis.yml besides directories and addresses, e.g. a `hosts:` block. It asks nobody unless they say `offline: off`. */
  readonly config?: string;
  readonly workers?: number;
  /** What `proxy_listen` says; a free port of loopback where absent. */
  readonly proxyListen?: string;
  /** The data directory of an earlier life; a new one where absent. */
  readonly dataDir?: string;
  /** The program and its first arguments; the source tree with this Deno where absent. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The product as its users run it: a process of its own on free ports of loopback. */
export interface AegisProcess {
  readonly pid: number;
  readonly dataDir: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly adminPort: number;
  /** All that it printed so far. */
  output(): string;
  /** An operation by the control socket, with the rights of the terminal. */
  perform<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>>;
  kill(signal: Deno.Signal): void;
  /** SIGTERM; resolves to the exit code. Its data directory stays with `keep`. */
  stop(options?: { keep?: boolean }): Promise<number>;
}

/** A machine that does much else at once takes long. */
const START_DEADLINE_MS = 120_000;

/** The program from this tree, with the V8 flags of deno.json's task `v8`. */
export async function sourceCommand(): Promise<string[]> {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const flags = /DENO_V8_FLAGS=(\S+)/.exec(config.tasks.v8.command)?.[1];
  if (flags === undefined) throw new Error("deno.json: the task v8 names no DENO_V8_FLAGS");
  const main = new URL("../../main.ts", import.meta.url).pathname;
  return [Deno.execPath(), "run", "-A", "--no-prompt", `--v8-flags=${flags}`, main];
}

/** Starts Aegis and waits until it serves. Throws with its output where it does not. */
export async function startAegis(options: AegisOptions = {}): Promise<AegisProcess> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "aegis-test-" });
  const config = join(dataDir, "aegis.yml");
  await Deno.writeTextFile(
    config,
    `data_dir: ${dataDir}
proxy_listen: ${options.proxyListen ?? "127.0.0.1:0"}
https_listen: 127.0.0.1:0
admin_listen: 127.0.0.1:0
metrics_listen: 127.0.0.1:0
workers: ${options.workers ?? 2}
${/^offline:/m.test(options.config ?? "") ? "" : "offline: on\n"}${
      isLimited(options) ? "" : "l7_rate_limit: 0\n"
    }${isChallenged(options) ? "" : "challenge: { mode: off }\n"}${options.config ?? ""}
`,
  );
  const [program, ...args] = options.command ?? await sourceCommand();
  const child = new Deno.Command(program!, {
    args: [...args, "run", "--headless", "--config", config],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { ...options.env },
  }).spawn();
  let output = "";
  const reading = Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  }));
  let exited: Deno.CommandStatus | null = null;
  void child.status.then((status) => exited = status);

  const socket = join(dataDir, "aegis.sock");
  const perform: AegisProcess["perform"] = (name, input) => performOver(socket, name, input);
  const status = await until("Aegis serves", async () => {
    if (exited !== null) {
      throw new Error(`Aegis ended with ${(exited as Deno.CommandStatus).code}:\n${output}`);
    }
    try {
      const status = await perform("system.status", {});
      return status.threads.every(({ state }) => state === "running") ? status : null;
    } catch (thrown) {
      if (isNotThereYet(thrown)) return null;
      throw thrown;
    }
  }, START_DEADLINE_MS).catch((error) => {
    if (exited === null) child.kill("SIGKILL");
    throw new Error(`${error}\n${output}`);
  });
  const portOf = (listener: string) => {
    const address = status.listeners.find(({ name }) => name === listener)!.address;
    return Number(address.slice(address.lastIndexOf(":") + 1));
  };
  return {
    pid: child.pid,
    dataDir,
    httpPort: portOf("http"),
    httpsPort: portOf("https"),
    adminPort: portOf("admin"),
    output: () => output,
    perform,
    kill: (signal) => child.kill(signal),
    async stop({ keep = false } = {}) {
      if (exited === null) child.kill("SIGTERM");
      const { code } = await child.status;
      await reading;
      if (!keep) await Deno.remove(dataDir, { recursive: true });
      return code;
    },
  };
}

/** All of a test's requests come from one client: it is limited only where the test is about that. */
function isLimited({ config = "" }: AegisOptions): boolean {
  return /^(?:preset|l7_rate_limit):/m.test(config);
}

/** And its requests are no browser's. */
function isChallenged({ config = "" }: AegisOptions): boolean {
  return /^(?:preset|challenge):/m.test(config);
}

/** True where nothing listens on the socket yet. */
export function isNotThereYet(thrown: unknown): boolean {
  const code = (thrown as { code?: string }).code;
  return code === "ENOENT" || code === "ECONNREFUSED" || code === "ECONNRESET";
}

/** One operation by the control socket. Rejects with what the operation failed with. */
export function performOver<N extends OperationName>(
  socketPath: string,
  name: N,
  input: OperationInput<N>,
): Promise<OperationOutput<N>> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      method: "POST",
      path: `/operations/${name}`,
      headers: { "content-type": "application/json" },
      agent: false,
    } as const;
    const sent = request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => text += chunk);
      answer.on("end", () => {
        const { output, error } = JSON.parse(text);
        if (error === undefined) resolve(output);
        else reject(Object.assign(new Error(`${name}: ${error.message}`), error));
      });
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(input));
  });
}
