import assert from "node:assert/strict";
import type { AegisProcess } from "./aegis_process.ts";
import { ask } from "./http_client.ts";
import { until } from "./until.ts";

type Aegis = Pick<AegisProcess, "perform" | "httpPort">;

/** Enough connections that each gateway thread gets some. */
const MARKERS = 8;

/** Every row of the log that says "blocked", with what the rules saw, one text a row. */
export async function refusals(aegis: Aegis): Promise<string[]> {
  const found: string[] = [];
  const { rows } = await aegis.perform("traffic.query", { action: "blocked", limit: 500 });
  for (const row of rows) {
    const { findings, score, threshold } = await aegis.perform("traffic.get", { id: row.id });
    const why = findings.map((finding) =>
      `\n  ${finding.rule_id} (${finding.rule_name}, ${finding.points} points) in ${finding.target}: ` +
      finding.value.slice(0, 300)
    );
    found.push(
      `${row.method} ${row.target} ${row.status} ${row.reason} ${score}/${threshold}${why.join("")}`,
    );
  }
  return found;
}

/**
 * Fails where Aegis refused any request so far, and says by which rule. Sends marked requests first and waits until the
 * log holds them, and an attack last: an empty list is one of a log that is written, on a host that refuses.
 */
export async function assertNothingRefused(aegis: Aegis, host: string): Promise<void> {
  const marker = `marker-${crypto.randomUUID()}`;
  for (let i = 0; i < MARKERS; i++) await ask({ port: aegis.httpPort, host, path: `/${marker}` });
  await until("the log is written up to here", async () => {
    const { rows } = await aegis.perform("traffic.query", { q: marker });
    return rows.length === MARKERS;
  });
  const refused = await refusals(aegis);
  assert.equal(refused.length, 0, `honest requests were refused:\n${refused.join("\n")}`);
  const attack = "/?id=1%27%20UNION%20SELECT%20name,pass%20FROM%20users--";
  assert.equal((await ask({ port: aegis.httpPort, host, path: attack })).status, 403);
}
