import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A target that answers everything with `ok`. */
export async function startOkTarget(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => response.end("ok"));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Names of so many hosts, no two below one domain. */
export function manyNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `app-${i}.test`);
}

/** The `hosts:` block of aegis.yml for them; `notes` is what an edit changes. */
export function hostsBlock(names: readonly string[], url: string, notes: (index: number) => string): string {
  return "hosts:\n" +
    names.map((name, i) =>
      `  - { domains: [${name}], notes: "${
        notes(i)
      }", targets: [{ url: "${url}" }], waf: { mode: enforce } }\n`
    ).join("");
}
