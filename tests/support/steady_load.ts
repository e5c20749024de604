import { Agent as ClearAgent, request as requestClear } from "node:http";
import { Agent as TlsAgent, request as requestTls } from "node:https";

export interface SteadyLoad {
  /** So many clients, each asking one name after the other. */
  readonly clients: number;
  readonly names: readonly string[];
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Each client begins a connection of its own after so many requests. */
  readonly perConnection: number;
}

export interface LoadCount {
  requests: number;
  /** What was no 200, by what it was. */
  readonly failures: Map<string, number>;
  /** The longest that one request took since `fresh`, milliseconds. */
  longestMs: number;
}

/**
 * Clients that ask for random names, half of them over TLS (certificates unverified: names and their authority change
 * while it runs), until `stop`.
 */
export function startLoad(
  load: SteadyLoad,
): { readonly count: LoadCount; fresh(): void; stop(): Promise<void> } {
  const count: LoadCount = { requests: 0, failures: new Map(), longestMs: 0 };
  let runs = true;
  const clients = Array.from({ length: load.clients }, (_, i) => client(i % 2 === 1));
  return {
    count,
    fresh: () => void (count.longestMs = 0),
    async stop() {
      runs = false;
      await Promise.all(clients);
    },
  };

  async function client(tls: boolean): Promise<void> {
    while (runs) {
      const agent = tls ? new TlsAgent({ keepAlive: true }) : new ClearAgent({ keepAlive: true });
      for (let i = 0; i < load.perConnection && runs; i++) {
        const name = load.names[Math.floor(Math.random() * load.names.length)]!;
        const startedAt = performance.now();
        const outcome = await ask(tls, name, agent);
        count.requests++;
        count.longestMs = Math.max(count.longestMs, performance.now() - startedAt);
        if (outcome !== "200") count.failures.set(outcome, (count.failures.get(outcome) ?? 0) + 1);
      }
      agent.destroy();
    }
  }

  function ask(tls: boolean, name: string, agent: ClearAgent | TlsAgent): Promise<string> {
    return new Promise((resolve) => {
      const options = { host: "127.0.0.1", path: "/", agent, timeout: 10_000 };
      // A connection shakes hands for one name and is asked for many: over TLS each name has its own.
      const sent = tls
        ? requestTls({
          ...options,
          port: load.httpsPort,
          servername: name,
          headers: { host: name },
          rejectUnauthorized: false,
        })
        : requestClear({ ...options, port: load.httpPort, headers: { host: name } });
      sent.on("response", (answer) => {
        answer.resume();
        answer.on("end", () => resolve(String(answer.statusCode)));
        answer.on("error", (error) => resolve(error.message));
      });
      sent.on("timeout", () => sent.destroy(new Error("no answer within 10 s")));
      sent.on("error", (error) => resolve(error.message));
      sent.end();
    });
  }
}
