import type { z } from "zod";
import type { Host } from "../../core/host.ts";
import { switchEnd, type TimedSwitchKind } from "../../core/timed_switch.ts";
import { targetsOf } from "../../core/host_path.ts";
import type { HostSums } from "../../store/traffic_analytics.ts";
import type { hostView as schema } from "../contract/hosts.ts";
import type { Control } from "../control.ts";

type HostView = z.output<typeof schema>;

const DAY_MS = 86_400_000;

/** All hosts, of file and database, with how they do. */
export function hostViews(control: Control): HostView[] {
  const sums = lastDay(control);
  return control.hosts().map((host) => view(control, host, sums.get(host.id)));
}

export function hostView(control: Control, host: Host): HostView {
  return view(control, host, lastDay(control).get(host.id));
}

function lastDay(control: Control): Map<string, HostSums> {
  const to = control.clock.now();
  const sums = control.store.analytics.hosts({ from: to - DAY_MS, to });
  return new Map(sums.map((each) => [each.hostId, each]));
}

/** Ends of what is switched on for a while. */
function hostSwitches(control: Control, hostId: string): HostView["switches"] {
  const switches = control.store.timedSwitches.list(control.clock.now());
  const end = (kind: TimedSwitchKind) => switchEnd(switches, kind, hostId) || null;
  return { under_attack: end("under_attack"), maintenance: end("maintenance"), waf_pause: end("waf_pause") };
}

function view(control: Control, host: Host, sums: HostSums | undefined): HostView {
  const states = targetsOf(host).map((target) => ({
    id: target.id,
    url: target.url,
    ...control.targets.state(target.id),
  }));
  // Only what is known to be down counts: a target that was not checked yet may well serve.
  const isDown = states.length > 0 && states.every((state) => state.up === false);
  return {
    ...structuredClone(host) as Omit<HostView, "state" | "targets_state" | "switches">,
    state: !host.enabled ? "disabled" : isDown ? "down" : "serving",
    targets_state: states.map(({ since: _since, ...state }) => state),
    switches: hostSwitches(control, host.id),
    requests_24h: sums === undefined ? 0 : sums.allowed + sums.detected + sums.blocked + sums.challenged,
    blocked_24h: sums?.blocked ?? 0,
    detected_24h: sums?.detected ?? 0,
  };
}
