import { dirname, join } from "node:path";
import net from "node:net";
import { until } from "./until.ts";

/** Packages from npm that tests put behind Aegis; kept between runs, outside the repository. */
function cacheFolder(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache");
  return join(home, "aegis-tests");
}

/**
 * Installs `name@version` once, whole or not at all, and returns the folder of the package. Throws with npm's own words
 * where it cannot be had: a test without its application must fail, not skip.
 */
export async function npmPackage(name: string, version: string): Promise<string> {
  const folder = join(cacheFolder(), `${name}-${version}`);
  const found = join(folder, "node_modules", name);
  if (await exists(join(found, "package.json"))) return found;
  await Deno.mkdir(cacheFolder(), { recursive: true });
  const staging = await Deno.makeTempDir({ dir: cacheFolder(), prefix: "staging-" });
  const { success, stderr } = await new Deno.Command("npm", {
    args: [
      "install",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      "--prefix",
      staging,
      `${name}@${version}`,
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`npm install ${name}@${version}: ${new TextDecoder().decode(stderr)}`);
  await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
  // A scope is a folder of its own.
  await Deno.mkdir(dirname(folder), { recursive: true });
  await Deno.rename(staging, folder);
  return found;
}

export interface NodeApplication {
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

/** Starts a script with Node on a free port of loopback and waits until it accepts connections. */
export async function startNodeApplication(
  args: (port: number) => readonly string[],
): Promise<NodeApplication> {
  const port = await freePort();
  const child = new Deno.Command("node", {
    args: [...args(port)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
  let output = "";
  const reading = Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  }));
  let ended = false;
  void child.status.then(() => ended = true);
  async function stop(): Promise<void> {
    if (!ended) child.kill("SIGKILL");
    await child.status;
    await reading;
  }
  try {
    await until("the application listens", () => {
      if (ended) throw new Error("the application ended");
      return accepts(port);
    }, 60_000);
  } catch (thrown) {
    await stop();
    throw new Error(`${thrown}\n${output}`);
  }
  return { url: `http://127.0.0.1:${port}`, output: () => output, stop };
}

/** A port that nothing listens on, for programs that cannot be told to choose one. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => (socket.destroy(), resolve(false)));
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (thrown) {
    ignoreMissing(thrown);
    return false;
  }
}

function ignoreMissing(thrown: unknown): void {
  if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
}
