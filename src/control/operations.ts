import { analyticsBodies } from "./analytics.ts";
import { authBodies } from "./auth.ts";
import { bansBodies } from "./bans.ts";
import type { Bodies } from "./body.ts";
import { botsBodies } from "./bots.ts";
import { botListsBodies } from "./bot_lists/bot_lists.ts";
import { canaryBodies } from "./canary.ts";
import { evidenceBodies } from "./evidence_bodies.ts";
import { exceptionsBodies } from "./exceptions.ts";
import { geoBodies } from "./geo/geo.ts";
import { notificationsBodies } from "./notifications/notifications.ts";
import { hostTransformsBodies } from "./host_transforms.ts";
import { hostsBodies } from "./hosts.ts";
import { listsBodies } from "./lists/lists.ts";
import { readinessBodies } from "./readiness.ts";
import { certificatesBodies } from "./certificates.ts";
import { correlationBodies } from "./correlation.ts";
import { mistakeReportBodies } from "./mistake_reports.ts";
import type { OperationName } from "./operation.ts";
import { releasesBodies } from "./releases/releases.ts";
import { ruleEditBodies } from "./rule_edit.ts";
import { rulesBodies } from "./rules.ts";
import { schemasBodies } from "./schemas/schemas.ts";
import { settingsBodies } from "./settings.ts";
import { setupBodies } from "./setup.ts";
import { proxiesBodies } from "./proxies/proxies.ts";
import { challengeBodies } from "./challenge.ts";
import { limitsBodies } from "./limits.ts";
import { shieldBodies } from "./shield.ts";
import { streamsBodies } from "./streams.ts";
import { systemBodies } from "./system.ts";
import { targetTrafficBodies } from "./target_traffic.ts";
import { trafficBodies } from "./traffic.ts";
import { usersBodies } from "./users.ts";

/** What each operation does; what it takes and gives stands in `operation.ts`. */
export const OPERATIONS: Bodies<OperationName> = Object.freeze({
  ...setupBodies,
  ...authBodies,
  ...usersBodies,
  ...hostsBodies,
  ...hostTransformsBodies,
  ...readinessBodies,
  ...canaryBodies,
  ...targetTrafficBodies,
  ...certificatesBodies,
  ...shieldBodies,
  ...challengeBodies,
  ...limitsBodies,
  ...botsBodies,
  ...botListsBodies,
  ...proxiesBodies,
  ...streamsBodies,
  ...rulesBodies,
  ...ruleEditBodies,
  ...releasesBodies,
  ...exceptionsBodies,
  ...correlationBodies,
  ...bansBodies,
  ...listsBodies,
  ...trafficBodies,
  ...evidenceBodies,
  ...mistakeReportBodies,
  ...analyticsBodies,
  ...geoBodies,
  ...notificationsBodies,
  ...schemasBodies,
  ...settingsBodies,
  ...systemBodies,
});
