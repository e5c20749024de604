import type { Database } from "./database.ts";
import type { RollupRow } from "./rollup_sums.ts";

/** Clients that stay of a full period: as many of the busiest and as many of the most refused. */
const KEPT = 50;
/** Rows of one period at which the others are summed into one. */
const FULL = 400;

/**
 * Adds to the clients' roll-ups (amounts: requests, detected, blocked) and keeps each period bounded, whoever sends
 * from however many addresses: when a period is full, all but the top clients are summed into the row of the empty
 * client. A client that left and comes back counts from then on, so its number is a lower bound; the sum over all rows
 * is exact.
 */
export function addClients(db: Database, rows: readonly RollupRow<string>[]): void {
  const periods = new Map<string, readonly [span: number, at: number]>();
  for (const { span, at, key, amounts } of rows) {
    db.run(ADD, span, at, key, ...amounts);
    periods.set(`${span}/${at}`, [span, at]);
  }
  for (const period of periods.values()) {
    const { n } = db.get<{ n: number }>(
      "SELECT count(*) AS n FROM rollup_clients WHERE span = ? AND at = ?",
      ...period,
    )!;
    if (n > FULL) sumOthers(db, period);
  }
}

function sumOthers(db: Database, period: readonly [span: number, at: number]): void {
  const { others } = db.get<{ others: string }>(OTHERS, ...period)!;
  db.run(
    `INSERT INTO rollup_clients (span, at, client, requests, detected, blocked)
     SELECT span, at, '', sum(requests), sum(detected), sum(blocked) FROM rollup_clients
     WHERE span = ?1 AND at = ?2 AND client IN (SELECT value FROM json_each(?3)) GROUP BY span, at
     ON CONFLICT (span, at, client) DO UPDATE SET
       requests = requests + excluded.requests, detected = detected + excluded.detected,
       blocked = blocked + excluded.blocked`,
    ...period,
    others,
  );
  db.run(
    "DELETE FROM rollup_clients WHERE span = ? AND at = ? AND client IN (SELECT value FROM json_each(?))",
    ...period,
    others,
  );
}

const ADD =
  `INSERT INTO rollup_clients (span, at, client, requests, detected, blocked) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (span, at, client) DO UPDATE SET
    requests = requests + excluded.requests, detected = detected + excluded.detected,
    blocked = blocked + excluded.blocked`;

const OTHERS = `WITH period AS (
    SELECT client, requests, blocked + detected AS refused FROM rollup_clients
    WHERE span = ? AND at = ? AND client <> ''
  ), ranked AS (
    SELECT client, row_number() OVER (ORDER BY requests DESC, client) AS busy,
      row_number() OVER (ORDER BY refused DESC, requests DESC, client) AS refused
    FROM period
  )
  SELECT json_group_array(client) AS others FROM ranked WHERE busy > ${KEPT} AND refused > ${KEPT}`;
