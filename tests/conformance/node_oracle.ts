import assert from "node:assert/strict";

/** A node:http server in a process of its own (`node_oracle.mjs`). Needs `node` on the path. */
export class NodeOracle {
  readonly port: number;
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(
    process: Deno.ChildProcess,
    lines: ReadableStreamDefaultReader<Uint8Array>,
    port: number,
  ) {
    this.#process = process;
    this.#lines = lines;
    this.port = port;
  }

  static async start(): Promise<NodeOracle> {
    const process = new Deno.Command("node", {
      // As large a head as ours, so that only parsing is compared.
      args: ["--max-http-header-size=131072", new URL("node_oracle.mjs", import.meta.url).pathname],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = process.stdout.getReader();
    const { value } = await lines.read();
    const port = Number(new TextDecoder().decode(value).trim());
    assert.ok(port > 0, "node's port");
    return new NodeOracle(process, lines, port);
  }

  async stop(): Promise<void> {
    await this.#process.stdin.close();
    await this.#process.status;
    await this.#lines.cancel();
  }
}
