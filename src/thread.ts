import type { Config } from "./config/config.ts";
import type { ControlSettled, StopAsked, ThreadToSupervisor } from "./core/messages.ts";

/** What a thread may do; the permissions of a Worker are fixed when it starts. */
export type ThreadPermissions = Deno.PermissionOptionsObject;

export type ThreadMessage = ThreadToSupervisor | ControlSettled<Config>;

export interface ThreadEvents {
  /** Said by the thread itself. */
  message(message: ThreadMessage): void;
  /** It threw, or was ended because it no longer answered. Not called after `stop` was asked for. */
  died(why: string): void;
}

/** One Worker with its permissions, from start to death. A new life is a new Thread. */
export class Thread {
  readonly #worker: Worker;
  readonly #stopped = Promise.withResolvers<void>();
  #over = false;
  #stopping = false;

  constructor(name: string, module: URL, permissions: ThreadPermissions, events: ThreadEvents) {
    this.#worker = new Worker(module, { type: "module", name, deno: { permissions } });
    this.#worker.onmessage = (event: MessageEvent<ThreadMessage>) => {
      if (event.data.kind === "stopped") this.#stopped.resolve();
      events.message(event.data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end();
      if (!this.#stopping) events.died(event.message || "it threw");
    };
    this.#worker.onmessageerror = () =>
      events.message({ kind: "fatal", exitCode: 1, lines: [`${name}: unreadable message`] });
  }

  send(message: unknown, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Ends it now, whatever it does, but for a running regular expression, which V8 lets finish. */
  kill(): void {
    this.#end();
  }

  /** Asks it to finish what runs; resolves when it has, or was ended at the deadline. */
  async stop(drainMs: number, deadlineMs: number): Promise<void> {
    if (this.#over) return;
    this.#stopping = true;
    const timer = setTimeout(() => this.#stopped.resolve(), deadlineMs);
    this.send({ kind: "stop", drainMs } satisfies StopAsked);
    await this.#stopped.promise;
    clearTimeout(timer);
    this.#end();
  }

  #end(): void {
    this.#over = true;
    this.#worker.terminate();
    this.#stopped.resolve();
  }
}
