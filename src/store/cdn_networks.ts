import type { CdnName } from "../core/trusted_proxy.ts";
import type { Database } from "./database.ts";

/** Networks of one provider as they were last fetched. */
export interface CdnNetworks {
  readonly cdn: CdnName;
  readonly networks: readonly string[];
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

/** Fetched lists of networks; a provider without a row has those of the program. */
export class CdnNetworkTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(cdn: CdnName): CdnNetworks | null {
    const row = this.#db.get<{ networks: string; fetchedAt: number }>(
      "SELECT networks, fetched_at AS fetchedAt FROM cdn_networks WHERE cdn = ?",
      cdn,
    );
    return row === undefined
      ? null
      : { cdn, networks: JSON.parse(row.networks) as string[], fetchedAt: row.fetchedAt };
  }

  set({ cdn, networks, fetchedAt }: CdnNetworks): void {
    this.#db.run(
      `INSERT INTO cdn_networks (cdn, networks, fetched_at) VALUES (?, ?, ?)
       ON CONFLICT (cdn) DO UPDATE SET networks = excluded.networks, fetched_at = excluded.fetched_at`,
      cdn,
      JSON.stringify(networks),
      fetchedAt,
    );
  }
}
