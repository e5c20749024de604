import type { TimedSwitchKind } from "../../core/timed_switch.ts";
import { switchEnd } from "../../core/timed_switch.ts";
import { hostText, levelNow, processText, stronger } from "./alarm_text.ts";
import type { Answer, Bodies, Change, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { hostView } from "../hosts/host_views.ts";
import { findHost } from "../hosts/hosts.ts";

type Name =
  | "shield.banners"
  | "shield.status"
  | "shield.under_attack"
  | "hosts.under_attack"
  | "hosts.maintenance"
  | "hosts.pause_waf";

const MINUTE_MS = 60_000;

export const shieldBodies: Bodies<Name> = {
  "shield.banners": { read: ({ control }) => banners(control) },
  "shield.status": { read: ({ control }) => shieldStatus(control) },
  "shield.under_attack": {
    change: (context, { minutes }) => (change) => {
      setSwitch(context, change, "under_attack", null, minutes);
      return shieldStatus(context.control);
    },
  },
  "hosts.under_attack": hostSwitch("under_attack"),
  "hosts.maintenance": hostSwitch("maintenance"),
  "hosts.pause_waf": hostSwitch("waf_pause"),
};

/** Of one host; it may be declared in the configuration file. */
function hostSwitch(kind: TimedSwitchKind) {
  return {
    change: (context: Context, { id, minutes }: { id: string; minutes: number }) => (change: Change) => {
      const host = findHost(context.control, id);
      setSwitch(context, change, kind, host, minutes);
      return hostView(context.control, host);
    },
  };
}

function setSwitch(
  { control, actor }: Context,
  change: Change,
  kind: TimedSwitchKind,
  host: { readonly id: string; readonly domains: readonly string[] } | null,
  minutes: number,
): void {
  const table = control.store.timedSwitches;
  const hostId = host?.id ?? null;
  const before = table.get(kind, hostId, change.now);
  if (before === null && minutes === 0) return change.nothing();
  const after = minutes === 0
    ? null
    : { kind, hostId, until: change.now + minutes * MINUTE_MS, madeBy: actor.name };
  if (after === null) table.delete(kind, hostId);
  else table.set(after);
  change.record(host?.domains[0] ?? "all hosts", before, after);
  change.republish();
}

function banners(control: Control): Answer<"shield.banners"> {
  const raised = [null, ...control.alarm.raised()].flatMap((host_id) => {
    const level = control.alarm.level(host_id);
    return level === "statistics" || level === "load" ? [{ kind: level, host_id, until: null }] : [];
  });
  const switched = control.store.timedSwitches.list(control.clock.now()).map(({ kind, hostId, until }) => ({
    kind,
    host_id: hostId,
    until,
  }));
  // What holds for every host is not said of each.
  const all = new Set(raised.filter(({ host_id }) => host_id === null).map(({ kind }) => kind));
  const shown = [...raised.filter(({ host_id, kind }) => host_id === null || !all.has(kind)), ...switched];
  if (shown.length === 0) return [];
  const names = new Map(control.hosts().map(({ id, domains }) => [id, domains[0]!]));
  return shown.filter(({ host_id }) => host_id === null || names.has(host_id)).map((each) => ({
    ...each,
    host_name: each.host_id === null ? null : names.get(each.host_id)!,
  }));
}

function shieldStatus(control: Control): Answer<"shield.status"> {
  const switches = control.store.timedSwitches.list(control.clock.now());
  const end = (kind: TimedSwitchKind, hostId: string | null) => switchEnd(switches, kind, hostId) || null;
  const raised = new Set(control.alarm.raised());
  // By the switches as they stand: the gateways and their alarm hear of one a moment after it was used.
  const level = levelNow(control.alarm.level(null), end("under_attack", null) !== null);
  const hosts = control.hosts().map(({ id, domains }) => {
    const own = levelNow(raised.has(id) ? "statistics" : "none", end("under_attack", id) !== null);
    return { id, name: domains[0]!, own_level: own, level: stronger(own, level) };
  });
  return {
    preset: control.config.preset,
    level,
    text: processText(level, hosts.filter(({ own_level }) => own_level !== "none").length),
    ...control.alarm.rate(null),
    until: end("under_attack", null),
    in_flight: control.alarm.inFlight(),
    hosts: hosts.map((host) => ({
      ...host,
      text: hostText(host.own_level, host.level),
      ...control.alarm.rate(host.id),
      under_attack_until: end("under_attack", host.id),
      maintenance_until: end("maintenance", host.id),
      waf_paused_until: end("waf_pause", host.id),
    })),
  };
}
