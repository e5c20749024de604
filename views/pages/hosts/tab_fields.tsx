import type { FC } from "hono/jsx";
import type { HostTab } from "./editor.tsx";
import { CanaryTab } from "./tabs/canary.tsx";
import { LimitsTab } from "./tabs/limits.tsx";
import { AccessTab } from "./tabs/access.tsx";
import { BotsTab } from "./tabs/bots.tsx";
import { ChallengeTab } from "./tabs/challenge.tsx";
import { CorsTab } from "./tabs/cors.tsx";
import { ErrorPagesTab } from "./tabs/error_pages.tsx";
import { PathsTab } from "./tabs/paths.tsx";
import { RateRulesTab } from "./tabs/rate_rules.tsx";
import { TransformsTab } from "./tabs/transforms.tsx";
import { GeneralTab } from "./tabs/general.tsx";
import { HeadersTab } from "./tabs/headers.tsx";
import { ProtectionTab } from "./tabs/protection.tsx";
import { TargetsTab } from "./tabs/targets.tsx";
import { TimeoutsTab } from "./tabs/timeouts.tsx";
import { TlsTab } from "./tabs/tls.tsx";
import type { TabProps } from "./tabs/tab_card.tsx";

/** The fields of one tab. */
export function HostTabFields(props: TabProps & { readonly tab: HostTab }) {
  const Fields = TABS[props.tab];
  return <Fields {...props} />;
}

const TABS: Readonly<Record<HostTab, FC<TabProps>>> = {
  general: GeneralTab,
  targets: TargetsTab,
  canary: CanaryTab,
  limits: LimitsTab,
  "rate-rules": RateRulesTab,
  tls: TlsTab,
  protection: ProtectionTab,
  access: AccessTab,
  challenge: ChallengeTab,
  bots: BotsTab,
  paths: PathsTab,
  transforms: TransformsTab,
  headers: HeadersTab,
  cors: CorsTab,
  "error-pages": ErrorPagesTab,
  timeouts: TimeoutsTab,
};
