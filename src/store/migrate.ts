import { AegisError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import type { Migration } from "./migration.ts";
import { foundation } from "./migrations/0001_foundation.ts";
import { traffic } from "./migrations/0002_traffic.ts";
import { learned } from "./migrations/0003_learned.ts";
import { canary } from "./migrations/0004_canary.ts";
import { streams } from "./migrations/0005_streams.ts";
import { addressLists } from "./migrations/0006_address_lists.ts";
import { shield } from "./migrations/0007_shield.ts";
import { programSigns } from "./migrations/0010_program_signs.ts";
import { geo } from "./migrations/0011_geo.ts";
import { notifications } from "./migrations/0012_notifications.ts";
import { correlation } from "./migrations/0013_correlation.ts";
import { apiSchemas } from "./migrations/0014_api_schemas.ts";
import { mistakeReports } from "./migrations/0015_mistake_reports.ts";
import { evidence } from "./migrations/0020_evidence.ts";
import { botLists } from "./migrations/0023_bot_lists.ts";
import { offeredBans } from "./migrations/0024_offered_bans.ts";
import { ruleReleases } from "./migrations/0025_rule_releases.ts";
import { repeatedBans } from "./migrations/0026_repeated_bans.ts";
import { reputations } from "./migrations/0027_reputations.ts";
import { strikes } from "./migrations/0028_strikes.ts";

export const MIGRATIONS: readonly Migration[] = Object.freeze([
  foundation,
  traffic,
  learned,
  canary,
  streams,
  addressLists,
  shield,
  programSigns,
  geo,
  notifications,
  correlation,
  apiSchemas,
  mistakeReports,
  evidence,
  botLists,
  offeredBans,
  ruleReleases,
  repeatedBans,
  reputations,
  strikes,
]);

/** The newest shape that this program knows. */
export const NEWEST = Math.max(...MIGRATIONS.map(({ version }) => version));

/** "AEGS": tells an Aegis database from another program's file. */
const APPLICATION_ID = 0x41454753;

/**
 * Brings the database to the newest version of this program, or to `target` (tests of upgrades). All steps run in
 * one transaction; two threads that open a new file at once take turns. Throws `config_refused` for a database of a
 * newer program or of another one.
 */
export function migrate(db: Database, target: number = NEWEST): void {
  if (readPragma(db, "user_version") === target) return checkOwner(db);
  db.transaction(() => {
    const from = readPragma(db, "user_version");
    if (from > NEWEST) {
      throw new AegisError("config_refused", "the database was written by a newer version of Aegis", {
        privateText: `${db.path} has schema version ${from}, this program knows up to ${NEWEST}. ` +
          "Start the newer program again, or restore a backup made before the update.",
      });
    }
    checkOwner(db);
    for (const step of MIGRATIONS) {
      if (step.version > from && step.version <= target) db.exec(step.sql);
    }
    // Pragmas take no parameters; both values are numbers of this file.
    if (target > from) db.exec(`PRAGMA user_version = ${target}; PRAGMA application_id = ${APPLICATION_ID};`);
  });
}

function checkOwner(db: Database): void {
  const owner = readPragma(db, "application_id");
  if (owner === APPLICATION_ID) return;
  const tables = db.get<{ n: number }>("SELECT count(*) AS n FROM sqlite_schema")?.n ?? 0;
  if (owner === 0 && tables === 0) return;
  throw new AegisError("config_refused", "the database file belongs to another program", {
    privateText: `${db.path} holds tables of another program. Set database_path to a file of its own.`,
  });
}

function readPragma(db: Database, name: "user_version" | "application_id"): number {
  return Object.values(db.get<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0;
}
