import { analyticsBodies } from "./traffic/analytics.ts";
import { authBodies } from "./auth.ts";
import { bansBodies } from "./bans/bans.ts";
import type { Bodies } from "./body.ts";
import { botsBodies } from "./shield/bots.ts";
import { botListsBodies } from "./bot_lists/bot_lists.ts";
import { canaryBodies } from "./hosts/canary.ts";
import { evidenceBodies } from "./traffic/evidence_bodies.ts";
import { exceptionsBodies } from "./rules/exceptions.ts";
import { geoBodies } from "./geo/geo.ts";
import { notificationsBodies } from "./notifications/notifications.ts";
import { hostTransformsBodies } from "./hosts/host_transforms.ts";
import { hostsBodies } from "./hosts/hosts.ts";
import { listsBodies } from "./lists/lists.ts";
import { readinessBodies } from "./rules/readiness.ts";
import { certificatesBodies } from "./certificates/certificates.ts";
import { correlationBodies } from "./traffic/correlation.ts";
import { mistakeReportBodies } from "./traffic/mistake_reports.ts";
import type { OperationName } from "./operation.ts";
import { releasesBodies } from "./releases/releases.ts";
import { ruleEditBodies } from "./rules/rule_edit.ts";
import { rulesBodies } from "./rules/rules.ts";
import { schemasBodies } from "./schemas/schemas.ts";
import { settingsBodies } from "./settings/settings.ts";
import { setupBodies } from "./setup.ts";
import { proxiesBodies } from "./proxies/proxies.ts";
import { challengeBodies } from "./shield/challenge.ts";
import { limitsBodies } from "./shield/limits.ts";
import { shieldBodies } from "./shield/shield.ts";
import { streamsBodies } from "./streams/streams.ts";
import { systemBodies } from "./system.ts";
import { targetTrafficBodies } from "./targets/target_traffic.ts";
import { trafficBodies } from "./traffic/traffic.ts";
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
