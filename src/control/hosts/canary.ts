import type { z } from "zod";
import { AegisError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import type { Bodies } from "../body.ts";
import { hasCanary } from "./canary_watch.ts";
import type { SideFigures } from "./canary_window.ts";
import type { canaryView as schema } from "../contract/canary.ts";
import type { Control } from "../control.ts";
import { hostView } from "./host_views.ts";
import { changeHost, findHost } from "./hosts.ts";

type Name = "hosts.canary" | "hosts.canary_promote" | "hosts.canary_rollback" | "hosts.canary_reset";
type CanaryView = z.output<typeof schema>;

export const canaryBodies: Bodies<Name> = {
  "hosts.canary": { read: ({ control }, { id }) => canaryView(control, findHost(control, id)) },
  "hosts.canary_promote": {
    change: ({ control }, { id }) => (change) => {
      const host = withCanary(control, id);
      const targets = host.targets.map((target) => ({ ...target, role: other(target.role) }));
      control.store.canaryRollbacks.delete(host.id);
      return hostView(
        control,
        changeHost(control, change, host.id, { targets, canary: { percent: 0 } }, undefined),
      );
    },
  },
  "hosts.canary_rollback": {
    change: ({ control, actor }, { id, reason }) => (change) => {
      const host = withCanary(control, id);
      const before = control.store.canaryRollbacks.get(host.id);
      const madeBy = actor.kind === "system" ? "" : actor.name;
      const after = { hostId: host.id, at: change.now, reason: reason || "by hand", madeBy };
      control.store.canaryRollbacks.set(after);
      change.record(host.domains[0]!, before, after);
      change.republish();
      return canaryView(control, host);
    },
  },
  "hosts.canary_reset": {
    change: ({ control }, { id }) => (change) => {
      const host = findHost(control, id);
      const before = control.store.canaryRollbacks.get(host.id);
      if (before === null) {
        throw new AegisError("conflict", `the canaries of ${host.domains[0]} were not rolled back`);
      }
      control.store.canaryRollbacks.delete(host.id);
      change.record(host.domains[0]!, before, null);
      change.republish();
      return canaryView(control, host);
    },
  },
};

/** Hosts as gateways serve them: canaries that were rolled back have no share. */
export function servedHosts(control: Pick<Control, "hosts" | "store">): readonly Host[] {
  const rolledBack = new Set(control.store.canaryRollbacks.list().map(({ hostId }) => hostId));
  if (rolledBack.size === 0) return control.hosts();
  return control.hosts().map((host) =>
    rolledBack.has(host.id) ? { ...host, canary: { ...host.canary, percent: 0 } } : host
  );
}

function canaryView(control: Control, host: Host): CanaryView {
  const rollback = control.store.canaryRollbacks.get(host.id);
  const figures = control.traffic.canary(host);
  return {
    host_id: host.id,
    host_name: host.domains[0]!,
    state: !hasCanary(host)
      ? "none"
      : rollback !== null
      ? "rolled-back"
      : host.canary.percent === 0
      ? "off"
      : "running",
    percent: host.canary.percent,
    rollback: rollback && { at: rollback.at, reason: rollback.reason, by: rollback.madeBy },
    since: figures?.since ?? null,
    window_ms: host.canary.window_ms,
    primary: sideView(host, "primary", figures?.primary),
    canary: sideView(host, "canary", figures?.canary),
  };
}

function sideView(host: Host, role: Target["role"], figures: SideFigures | undefined): CanaryView["primary"] {
  const { requests = 0, failures = 0, p50 = null, p95 = null, p99 = null } = figures ?? {};
  return {
    targets: host.targets.filter((target) => target.role === role).map(({ id }) => id),
    requests,
    failures,
    failed_percent: requests === 0 ? null : failures * 100 / requests,
    p50,
    p95,
    p99,
  };
}

function withCanary(control: Control, id: string): Host {
  const host = findHost(control, id);
  if (hasCanary(host)) return host;
  throw new AegisError(
    "conflict",
    `${host.domains[0]} has no canary: give one of its targets the role canary`,
  );
}

function other(role: Target["role"]): Target["role"] {
  return role === "canary" ? "primary" : "canary";
}
