import type { Host } from "../../core/host.ts";
import type { AttackFigures } from "./attention_attack.ts";
import { attackOn } from "./attention_attack.ts";
import type { Answer } from "../body.ts";
import type { ModeChange } from "../../store/audit.ts";
import type { Control } from "../control.ts";
import { sharedText } from "../bans/shared_address.ts";

type Dashboard = Answer<"analytics.dashboard">;
type Item = Dashboard["attention"][number];

const DAY_MS = 86_400_000;
const MOST_ITEMS = 5;

interface Known {
  readonly targets: Dashboard["targets"];
  readonly due: Dashboard["certificates_due"];
}

/** At most five things that need a person, the worst first. */
export function attention(control: Control, known: Known): Item[] {
  const rolledBack = wafRollbacks(control);
  return [
    ...notServing(control),
    ...attacks(control),
    ...sharedAddress(control),
    ...sourceTrouble(control),
    ...targetsDown(known.targets),
    ...canaryRollbacks(control),
    ...rolledBack,
    ...lossyLog(control),
    ...noHost(control),
    ...missingCertificates(control),
    ...certificates(control, known.due),
    ...onlyDetecting(control, new Set(rolledBack.map((item) => item.host_id))),
  ].slice(0, MOST_ITEMS);
}

/** The sentence at the top. It says what was done, never that nothing harmful got through. */
export function headline(
  control: Control,
  facts: { readonly items: readonly Item[]; readonly requests: number; readonly range: Dashboard["range"] },
): Dashboard["headline"] {
  const { items, requests, range } = facts;
  const first = items[0];
  if (control.hosts().length === 0) {
    return {
      state: "empty",
      text: "No host is set up yet",
      detail: "Add the first one, and Aegis stands in front of it.",
    };
  }
  if (first?.kind === "attack") {
    const host = control.hosts().find((each) => each.id === first.host_id);
    const held = first.filter?.action !== "detected";
    return {
      state: "attack",
      text: `${host?.domains[0] ?? "A host"} is under attack${
        held ? ", and requests are being refused" : ""
      }`,
      detail: held
        ? "Most of them were refused or challenged."
        : host?.waf.mode === "enforce"
        ? "Most of them were found by rules that only detect, and passed."
        : "The host does not enforce: findings are recorded, and requests pass.",
    };
  }
  const served = requests === 0
    ? `No requests in the last ${words(range)}.`
    : refusedText(control, requests, range);
  if (items.length > 0) {
    const text = items.length === 1 ? first!.title : `${items.length} things need you`;
    return { state: "attention", text, detail: served };
  }
  if (requests === 0) return { state: "idle", text: "Nothing needs you", detail: served };
  return { state: "quiet", text: "Nothing needs you", detail: served };
}

function refusedText(control: Control, requests: number, range: Dashboard["range"]): string {
  const guarded = control.hosts().filter((host) => host.enabled && host.kind === "proxy");
  const watching = guarded.filter((host) => host.waf.mode !== "enforce").length;
  const rest = watching === 0
    ? "On every host, what reached the threshold was refused."
    : guarded.length === 1
    ? "The host does not enforce: findings pass."
    : `${watching} of ${guarded.length} hosts do not enforce: there, findings pass.`;
  return `${requests.toLocaleString("en")} requests in the last ${words(range)}. ${rest}`;
}

function words(range: Dashboard["range"]): string {
  return { "1h": "hour", "24h": "24 hours", "7d": "7 days", "30d": "30 days" }[range];
}

function notServing(control: Control): Item[] {
  return control.facts().listeners.filter((listener) => listener.state === "failed").map((listener) => ({
    kind: "not-serving",
    severity: "down",
    title: `Listener ${listener.name} is not open`,
    text: `${listener.address}: ${listener.remedy ?? "see the log"}`,
    host_id: null,
    filter: {},
  }));
}

function sharedAddress(control: Control): Item[] {
  const state = control.banDesk.sharedAddress.state;
  if (state === null) return [];
  return [{
    kind: "shared-address",
    severity: "slow",
    title: `Clients cannot be told apart: nearly all requests come from ${state.client}`,
    text: sharedText(state),
    host_id: null,
    filter: {},
  }];
}

function attacks(control: Control): Item[] {
  return control.hosts().flatMap((host) => {
    const attack = attackOn(control, host.id);
    return attack === null ? [] : [attackItem(host, attack)];
  });
}

function attackItem(host: Host, attack: AttackFigures): Item {
  const { blocked, challenged, detected } = attack;
  const kinds = [
    { action: "blocked", n: blocked, text: `${count(blocked)} refused` },
    { action: "challenged", n: challenged, text: `${count(challenged)} challenged` },
    { action: "detected", n: detected, text: `${count(detected)} found and let through` },
  ] as const;
  const what = kinds.filter(({ n }) => n > 0).map(({ text }) => text).join(", ");
  return {
    kind: "attack",
    severity: "down",
    title: `${host.domains[0]} gets far more attacks than usual`,
    text: `${what} in the last ${attack.minutes} min, where ${
      count(Math.round(attack.usual))
    } would be usual.`,
    host_id: host.id,
    filter: { host: host.id, action: kinds.toSorted((a, b) => b.n - a.n)[0]!.action },
  };
}

function targetsDown(targets: Dashboard["targets"]): Item[] {
  return targets.filter((target) => target.up === false).map((target) => {
    const siblings = targets.filter((each) => each.host_id === target.host_id);
    const up = siblings.filter((each) => each.up === true).length;
    const rest = up > 0
      ? `${up} of ${siblings.length} targets of ${target.host_name} carry on.`
      : `${target.host_name} has no other target that is up.`;
    return {
      kind: "target-down",
      severity: up > 0 ? "slow" : "down",
      title: `Target ${target.url} is down`,
      text: `${target.text === "" ? "It does not answer" : target.text}. ${rest}`,
      host_id: target.host_id,
      filter: { host: target.host_id },
    };
  });
}

function canaryRollbacks(control: Control): Item[] {
  return control.store.canaryRollbacks.list().flatMap(({ hostId, reason, madeBy }) => {
    const host = control.hosts().find(({ id }) => id === hostId);
    // What somebody did by hand is no news to anybody.
    if (host === undefined || madeBy !== "") return [];
    return [{
      kind: "canary-rollback",
      severity: "slow",
      title: `The canary of ${host.domains[0]} was rolled back`,
      text: `${reason[0]!.toUpperCase()}${reason.slice(1)}. All requests go to the primaries.`,
      host_id: hostId,
      filter: {},
    }];
  });
}

function sourceTrouble(control: Control): Item[] {
  return control.facts().sources.flatMap((source): Item[] => {
    const first = source.problems[0];
    if (source.state === "ok" && first === undefined) return [];
    const more = source.problems.length > 1 ? ` ${source.problems.length - 1} more under System.` : "";
    return [{
      kind: "source-trouble",
      severity: source.state === "failed" ? "down" : "slow",
      title: source.kind === "docker"
        ? source.state === "failed" ? "Containers are not heard of" : "A container's label cannot be obeyed"
        : "The configuration file was refused",
      text: first === undefined
        ? `${source.place}: ${source.text}`
        : `${first.where}: ${first.message} (${first.remedy}).${more}`,
      host_id: null,
      filter: {},
    }];
  });
}

function lossyLog(control: Control): Item[] {
  const { log } = control.facts();
  if (log.lost === 0 && log.error === undefined) return [];
  const lost = log.lost === 0 ? "" : `${count(log.lost)} records were lost since the start. `;
  return [{
    kind: "log-lossy",
    severity: "slow",
    title: "The request log is not complete",
    text: `${lost}${log.error ?? ""} Traffic is served all the same.`.trim(),
    host_id: null,
    filter: {},
  }];
}

function noHost(control: Control): Item[] {
  if (control.hosts().length > 0) return [];
  return [{
    kind: "no-host",
    severity: "off",
    title: "No host is set up yet",
    text: "Add the first one: a domain, and the address of the application behind it.",
    host_id: null,
    filter: {},
  }];
}

/** Hosts of the configuration file may name a certificate that is not stored; others cannot be saved so. */
function missingCertificates(control: Control): Item[] {
  const isMissing = (id: string | null) => id !== null && control.store.certificates.get(id) === null;
  return control.hosts().flatMap((host): Item[] => {
    const { certificate, certificate_id, mtls_upstream } = host;
    const isBound = certificate === "custom" && (certificate_id === null || isMissing(certificate_id));
    if (!isBound && !isMissing(mtls_upstream.certificate_id)) return [];
    return [{
      kind: "certificate-due",
      severity: "down",
      title: `${host.domains[0]} names a certificate that is not stored`,
      text: isBound
        ? "It is served with one of Aegis's own CA. Upload the certificate and write its id as certificate_id."
        : "Its targets are shown no certificate. Upload it and write its id in mtls_upstream.",
      host_id: host.id,
      filter: {},
    }];
  });
}

function certificates(control: Control, due: Dashboard["certificates_due"]): Item[] {
  const now = control.clock.now();
  return due.map((each) => {
    const isOver = each.expires_at < now;
    const days = Math.round((each.expires_at - now) / DAY_MS);
    return {
      kind: "certificate-due",
      severity: isOver ? "down" : "slow",
      title: `The certificate of ${each.names[0] ?? each.id} ${
        isOver ? "has expired" : days === 0 ? "ends today" : `ends in ${days} ${days === 1 ? "day" : "days"}`
      }`,
      text: "Put a new one in its place.",
      host_id: null,
      filter: {},
    };
  });
}

/** Hosts that Aegis itself took back to `detect` in the last days, where nobody changed their mode since. */
function wafRollbacks(control: Control): Item[] {
  const to = control.clock.now();
  const latest = new Map<string, ModeChange>();
  for (const change of control.store.audit.modeChanges(to - 7 * DAY_MS)) {
    if (!latest.has(change.hostId)) latest.set(change.hostId, change);
  }
  return control.hosts().flatMap((host): Item[] => {
    const change = latest.get(host.id);
    if (host.waf.mode !== "detect" || change?.to !== "detect" || change.actorKind !== "system") return [];
    return [{
      kind: "waf-rollback",
      severity: "slow",
      title: `${host.domains[0]} went back from enforce to detect`,
      text:
        "Its rules refused too many who had come before. Make exceptions for what was right, then enforce again.",
      host_id: host.id,
      filter: {},
    }];
  });
}

/** A host that only detects; how long is known only from its making, so that is what is said. */
function onlyDetecting(control: Control, but: ReadonlySet<string | null>): Item[] {
  const to = control.clock.now();
  const sums = new Map(
    control.store.analytics.hosts({ from: to - 7 * DAY_MS, to }).map((each) => [each.hostId, each]),
  );
  const detecting = control.hosts().filter((host) =>
    // Where nothing is behind a host there is nothing to protect.
    host.enabled && host.kind === "proxy" && host.waf.mode === "detect" && !but.has(host.id)
  );
  return detecting.map((host) => {
    const found = sums.get(host.id)?.detected ?? 0;
    const total = totalOf(sums.get(host.id));
    const days = Math.floor((to - host.created_at) / DAY_MS);
    return {
      kind: "detect-only",
      severity: "off",
      title: `${host.domains[0]} only detects`,
      text: `${host.origin === "file" ? "" : days === 0 ? "Set up today. " : `Set up ${days} d ago. `}` +
        (total === 0
          ? "No requests in 7 days."
          : `${count(found)} of ${count(total)} requests in 7 days had findings and passed.`),
      host_id: host.id,
      filter: { host: host.id, action: "detected" },
    };
  });
}

function totalOf(
  sums: { allowed: number; detected: number; blocked: number; challenged: number } | undefined,
): number {
  return sums === undefined ? 0 : sums.allowed + sums.detected + sums.blocked + sums.challenged;
}

function count(n: number): string {
  return n.toLocaleString("en");
}
