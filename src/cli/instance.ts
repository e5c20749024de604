import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { AegisError } from "../core/errors.ts";
import type { OperationInput, OperationName, OperationOutput } from "../control/operation.ts";
import { callBySocket } from "./socket_client.ts";

/** Control opened in this process over the database, because no instance runs. */
export interface OfflineControl {
  perform(name: OperationName, input: unknown): Promise<unknown>;
  close(): void | Promise<void>;
}

/** Opens the store and control of a data directory; the composition root gives it. */
export type OpenOffline = (config: Config) => Promise<OfflineControl>;

/** The running instance where there is one, else its database. */
export class Instance {
  readonly #config: Config;
  readonly #openOffline: OpenOffline;
  #offline: OfflineControl | null = null;

  constructor(config: Config, openOffline: OpenOffline) {
    this.#config = config;
    this.#openOffline = openOffline;
  }

  /** Throws AegisError as the operation does. */
  async call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
    // The instance is of the same program: what it answers has the operation's form.
    if (this.#offline === null) {
      const answer = await callBySocket(this.socketPath, name, input);
      if (answer !== undefined) return answer.output as OperationOutput<N>;
      await this.#open();
    }
    return await this.#offline!.perform(name, input) as OperationOutput<N>;
  }

  /** True once a call went to the database because no instance runs: changes take effect with the next start. */
  get isOffline(): boolean {
    return this.#offline !== null;
  }

  /** Undefined where no instance runs. */
  async callRunning<N extends OperationName>(
    name: N,
    input: OperationInput<N>,
  ): Promise<OperationOutput<N> | undefined> {
    const answer = await callBySocket(this.socketPath, name, input);
    return answer?.output as OperationOutput<N> | undefined;
  }

  get socketPath(): string {
    return join(this.#config.data_dir, "aegis.sock");
  }

  async close(): Promise<void> {
    await this.#offline?.close();
    this.#offline = null;
  }

  async #open(): Promise<void> {
    makeDataDir(this.#config);
    this.#offline = await this.#openOffline(this.#config);
  }
}

/** Makes the data directory, readable by its owner alone, where it does not exist. */
export function makeDataDir(config: Config): void {
  try {
    Deno.mkdirSync(config.data_dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    const remedy = "name another with --data-dir or AEGIS_DATA_DIR, or let this user write there";
    throw new AegisError("port_unavailable", `cannot make the data directory ${config.data_dir}: ${remedy}`, {
      cause,
    });
  }
}
