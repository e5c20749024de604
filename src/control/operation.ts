import type { z } from "zod";
import { analyticsContract } from "./contract/analytics.ts";
import { authContract } from "./contract/auth.ts";
import { bansContract } from "./contract/bans.ts";
import { botsContract } from "./contract/bots.ts";
import { geoContract } from "./contract/geo.ts";
import { notificationsContract } from "./contract/notifications.ts";
import { hostTransformsContract } from "./contract/host_transforms.ts";
import { hostsContract } from "./contract/hosts.ts";
import { listsContract } from "./contract/lists.ts";
import { readinessContract } from "./contract/readiness.ts";
import { canaryContract } from "./contract/canary.ts";
import { certificatesContract } from "./contract/certificates.ts";
import { correlationContract } from "./contract/correlation.ts";
import { challengeContract } from "./contract/challenge.ts";
import { limitsContract } from "./contract/limits.ts";
import { releasesContract } from "./contract/releases.ts";
import { exceptionsContract, rulesContract } from "./contract/rules.ts";
import { schemasContract } from "./contract/schemas.ts";
import { settingsContract } from "./contract/settings.ts";
import { setupContract } from "./contract/setup.ts";
import { proxiesContract } from "./contract/proxies.ts";
import { shieldContract } from "./contract/shield.ts";
import { streamsContract } from "./contract/streams.ts";
import { systemContract } from "./contract/system.ts";
import { targetTrafficContract } from "./contract/target_traffic.ts";
import { trafficContract } from "./contract/traffic.ts";
import { usersContract } from "./contract/users.ts";
import type { Role } from "../core/role.ts";

/** Every operation there is, by name. Faces (REST, pages, CLI) offer these and have no logic of their own. */
export const CONTRACT = Object.freeze({
  ...setupContract,
  ...authContract,
  ...usersContract,
  ...hostsContract,
  ...hostTransformsContract,
  ...readinessContract,
  ...canaryContract,
  ...targetTrafficContract,
  ...certificatesContract,
  ...shieldContract,
  ...challengeContract,
  ...limitsContract,
  ...botsContract,
  ...proxiesContract,
  ...streamsContract,
  ...rulesContract,
  ...releasesContract,
  ...exceptionsContract,
  ...correlationContract,
  ...bansContract,
  ...listsContract,
  ...trafficContract,
  ...analyticsContract,
  ...geoContract,
  ...notificationsContract,
  ...schemasContract,
  ...settingsContract,
  ...systemContract,
});

type Contract = typeof CONTRACT;

export type OperationName = keyof Contract;

/** What a face gives: defaults may be left out. */
export type OperationInput<N extends OperationName> = z.input<Contract[N]["input"]>;

/** What the body of an operation receives: defaults filled in. */
export type OperationArguments<N extends OperationName> = z.output<Contract[N]["input"]>;

/** What comes back. */
export type OperationOutput<N extends OperationName> = z.output<Contract[N]["output"]>;

/** Who asks. `local` is the terminal of this machine (role owner); `system` is Aegis itself. */
export interface Actor {
  readonly kind: "person" | "local" | "system" | "nobody";
  /** User id; empty where there is none. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Address the request came from; empty for the terminal. */
  readonly address: string;
}

/** Somebody who is not signed in: may call only what is for anyone. */
export function nobody(address: string): Actor {
  return { kind: "nobody", id: "", name: "", role: "viewer", address };
}

/** The terminal of this machine, by the control socket or offline. */
export const LOCAL_ACTOR: Actor = Object.freeze({
  kind: "local",
  id: "",
  name: "terminal",
  role: "owner",
  address: "",
});

/** Aegis itself: what it does without being asked. */
export const SYSTEM_ACTOR: Actor = Object.freeze({
  kind: "system",
  id: "",
  name: "Aegis",
  role: "owner",
  address: "",
});

/** True where `text` names an operation. */
export function isOperation(text: string): text is OperationName {
  return Object.hasOwn(CONTRACT, text);
}
