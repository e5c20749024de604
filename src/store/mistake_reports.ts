import type { MistakeReport } from "../core/mistake_report.ts";
import type { Database } from "./database.ts";

const COLUMNS = "request_id AS requestId, at, host_id AS hostId, client, text";
/** Kept; the oldest leave first. */
const MOST_REPORTS = 5_000;

/** What refused visitors say, one report a request. */
export class MistakeReportTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** A later report of the same request stands in the place of the former. */
  put(report: MistakeReport): void {
    this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO mistake_reports (request_id, at, host_id, client, text) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (request_id) DO UPDATE SET at = excluded.at, text = excluded.text`,
        report.requestId,
        report.at,
        report.hostId,
        report.client,
        report.text,
      );
      this.#db.run(
        `DELETE FROM mistake_reports WHERE request_id IN
           (SELECT request_id FROM mistake_reports ORDER BY at DESC LIMIT -1 OFFSET ?)`,
        MOST_REPORTS,
      );
    });
  }

  get(requestId: string): MistakeReport | null {
    const sql = `SELECT ${COLUMNS} FROM mistake_reports WHERE request_id = ?`;
    return this.#db.get<MistakeReport>(sql, requestId) ?? null;
  }

  /** Newest first. */
  list(since: number, limit: number): MistakeReport[] {
    const sql = `SELECT ${COLUMNS} FROM mistake_reports WHERE at >= ? ORDER BY at DESC LIMIT ?`;
    return this.#db.all<MistakeReport>(sql, since, limit);
  }

  delete(requestId: string): void {
    this.#db.run("DELETE FROM mistake_reports WHERE request_id = ?", requestId);
  }

  count(client: string, since: number): number {
    const sql = "SELECT count(*) AS n FROM mistake_reports WHERE client = ? AND at >= ?";
    return this.#db.get<{ n: number }>(sql, client, since)!.n;
  }
}
