import { AegisError } from "../core/errors.ts";
import { AddressListTable } from "./address_lists.ts";
import { ApiSchemaTable } from "./api_schemas.ts";
import { AuditTable } from "./audit.ts";
import { BanTable } from "./bans.ts";
import { CanaryRollbackTable } from "./canary_rollbacks.ts";
import { BotListTable } from "./bot_lists.ts";
import { CdnNetworkTable } from "./cdn_networks.ts";
import { ChannelTable } from "./channels.ts";
import { ClientTimesTable } from "./client_times.ts";
import { CertificateTable } from "./certificates.ts";
import { CorrelationEventTable } from "./correlation_events.ts";
import { MistakeReportTable } from "./mistake_reports.ts";
import { CustomRuleTable } from "./custom_rules.ts";
import { Database } from "./database.ts";
import { DeliveryTable } from "./deliveries.ts";
import { EvidenceTable } from "./evidence.ts";
import { ExceptionTable } from "./exceptions.ts";
import { HostTable } from "./hosts.ts";
import { KnownAddressTable } from "./known_addresses.ts";
import { migrate } from "./migrate.ts";
import { RuleSwitchTable } from "./rule_switches.ts";
import { OfferedBanTable } from "./offered_bans.ts";
import { RuleReleaseTable } from "./rule_releases.ts";
import { ReputationStore } from "./reputations.ts";
import { RevokedPassTable } from "./revoked_passes.ts";
import { SecretTable } from "./secrets.ts";
import { SessionTable } from "./sessions.ts";
import { SettingsTable } from "./settings.ts";
import { StreamLog } from "./stream_log.ts";
import { TimedSwitchTable } from "./timed_switches.ts";
import { StreamTable } from "./streams.ts";
import { TrafficAnalytics } from "./traffic_analytics.ts";
import { TrafficLog } from "./traffic_log.ts";
import { UserTable } from "./users.ts";
import type { Vault } from "./vault.ts";

export interface StoreOptions {
  readonly path: string;
  readonly vault: Vault;
  /** `FULL` where not given. */
  readonly synchronous?: "FULL" | "NORMAL";
}

/** All nouns over one connection. Data only: ids, times, validation and rights are control's. */
export interface Store {
  readonly hosts: HostTable;
  readonly streams: StreamTable;
  /** Their connections, read only. */
  readonly streamLog: StreamLog;
  readonly users: UserTable;
  readonly sessions: SessionTable;
  readonly settings: SettingsTable;
  readonly bans: BanTable;
  readonly channels: ChannelTable;
  readonly deliveries: DeliveryTable;
  readonly knownAddresses: KnownAddressTable;
  readonly addressLists: AddressListTable;
  /** What CrowdSec was told of bans. */
  readonly offeredBans: OfferedBanTable;
  readonly ruleReleases: RuleReleaseTable;
  /** Who was banned automatically in the last day, and when. */
  readonly repeatedBans: ClientTimesTable;
  /** Whose requests rules refused of late, and when. */
  readonly strikes: ClientTimesTable;
  readonly revokedPasses: RevokedPassTable;
  readonly reputations: ReputationStore;
  readonly canaryRollbacks: CanaryRollbackTable;
  readonly timedSwitches: TimedSwitchTable;
  readonly cdnNetworks: CdnNetworkTable;
  readonly botLists: BotListTable;
  readonly exceptions: ExceptionTable;
  readonly ruleSwitches: RuleSwitchTable;
  readonly customRules: CustomRuleTable;
  /** What the analyst found, read only. */
  readonly correlationEvents: CorrelationEventTable;
  readonly mistakeReports: MistakeReportTable;
  /** Whole requests that rules refused. */
  readonly evidence: EvidenceTable;
  readonly certificates: CertificateTable;
  readonly apiSchemas: ApiSchemaTable;
  readonly secrets: SecretTable;
  readonly audit: AuditTable;
  /** The request log, read only. */
  readonly traffic: TrafficLog;
  /** Sums over the log. */
  readonly analytics: TrafficAnalytics;
  /** As a whole or not at all; synchronous; nests. */
  transaction<T>(fn: () => T): T;
  /** Size of the database with its journal, bytes. */
  bytes(): number;
  close(): void;
}

/** Name of the secret whose only use is to tell at start whether the vault's key is the right one. */
const KEY_CHECK = "vault-check";

/**
 * Opens (or makes) the database, brings it to the newest version and checks that the vault's key fits it.
 * Throws `config_refused` for a newer database, another program's file or a wrong key, `unavailable` where the file
 * cannot be used.
 */
export function openStore(options: StoreOptions): Store {
  const db = new Database({ path: options.path, synchronous: options.synchronous ?? "FULL" });
  try {
    migrate(db);
    const secrets = new SecretTable(db, options.vault);
    checkKey(secrets, options.path);
    return {
      hosts: new HostTable(db),
      streams: new StreamTable(db),
      streamLog: new StreamLog(db),
      users: new UserTable(db),
      sessions: new SessionTable(db),
      settings: new SettingsTable(db),
      bans: new BanTable(db),
      channels: new ChannelTable(db, options.vault),
      deliveries: new DeliveryTable(db),
      knownAddresses: new KnownAddressTable(db),
      addressLists: new AddressListTable(db),
      offeredBans: new OfferedBanTable(db),
      ruleReleases: new RuleReleaseTable(db),
      repeatedBans: new ClientTimesTable(db, "repeated_bans"),
      strikes: new ClientTimesTable(db, "strikes"),
      revokedPasses: new RevokedPassTable(db),
      reputations: new ReputationStore(db),
      canaryRollbacks: new CanaryRollbackTable(db),
      timedSwitches: new TimedSwitchTable(db),
      cdnNetworks: new CdnNetworkTable(db),
      botLists: new BotListTable(db),
      exceptions: new ExceptionTable(db),
      ruleSwitches: new RuleSwitchTable(db),
      customRules: new CustomRuleTable(db),
      correlationEvents: new CorrelationEventTable(db),
      mistakeReports: new MistakeReportTable(db),
      evidence: new EvidenceTable(db, options.vault),
      apiSchemas: new ApiSchemaTable(db),
      certificates: new CertificateTable(db, options.vault),
      secrets,
      audit: new AuditTable(db),
      traffic: new TrafficLog(db),
      analytics: new TrafficAnalytics(db),
      transaction: (fn) => db.transaction(fn),
      bytes: () => databaseBytes(options.path),
      close: () => db.close(),
    };
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

function checkKey(secrets: SecretTable, path: string): void {
  try {
    if (secrets.get(KEY_CHECK) === null) secrets.set(KEY_CHECK, "fits");
  } catch (thrown) {
    if (!(thrown instanceof AegisError) || thrown.code !== "config_refused") throw thrown;
    throw new AegisError("config_refused", "the vault key does not fit this database", {
      privateText: `the vault key does not fit ${path}: it was sealed with another one. ` +
        "Set AEGIS_SECRET_KEY to the former key, or put the former vault.key back into the data folder.",
      cause: thrown,
    });
  }
}

function databaseBytes(path: string): number {
  let bytes = 0;
  for (const suffix of ["", "-wal"]) {
    try {
      bytes += Deno.statSync(path + suffix).size;
    } catch (thrown) {
      // Without open transactions there may be no journal, and `:memory:` has no file at all.
      if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    }
  }
  return bytes;
}
