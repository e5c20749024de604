import type { CorrelationEvent, EventSnapshot } from "../../core/correlation_event.ts";
import { AegisError } from "../../core/errors.ts";
import type { Ban } from "../../core/snapshot.ts";
import { clientNetwork, formatCidr, parseAddress } from "../../lib/ip.ts";
import { setupParts } from "../../waf/correlation/in_force.ts";
import type { Answer, Bodies, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { findHost } from "../hosts/hosts.ts";
import { seesAddresses, shownAddress } from "../sight.ts";

type Name = "correlation.list" | "correlation.get" | "correlation.lift";
type EventView = Answer<"correlation.list">["events"][number];

export const correlationBodies: Bodies<Name> = {
  "correlation.list": {
    read: (context, { host, rule, client, action, before, limit }) => {
      const { control } = context;
      // [SECURITY] Who sees addresses masked cannot find one out by asking for it.
      if (client !== undefined && !seesAddresses(context)) {
        throw new AegisError("forbidden", "your role sees addresses in part only, and cannot filter by them");
      }
      const events = control.store.correlationEvents.list({
        ...(host === undefined ? {} : { hostId: findHost(control, host).id }),
        ...(rule === undefined ? {} : { ruleId: rule }),
        ...(client === undefined ? {} : { client }),
        ...(action === undefined ? {} : { action }),
        ...(before === undefined ? {} : { before }),
        limit,
      });
      const bans = bansInForce(control);
      const { kind: _, ...analyst } = control.analyst.health();
      return {
        events: events.map((event) => view(context, event, bans)),
        next: events.length < limit ? null : events.at(-1)!.id,
        analyst,
        rules: rulesInForce(control),
      };
    },
  },
  "correlation.get": {
    read: (context, { id }) => {
      const event = eventOf(context.control, id);
      return {
        ...view(context, event, bansInForce(context.control)),
        snapshots: event.snapshots.map((each) => snapshotView(context, each)),
      };
    },
  },
  "correlation.lift": {
    change: ({ control }, { id }) => (change) => {
      const event = eventOf(control, id);
      const bans = bansOf(event, bansInForce(control));
      if (bans.length === 0) throw new AegisError("conflict", "nobody is kept out for this event now");
      for (const ban of bans) {
        control.store.bans.delete(ban.id);
        control.banDesk.forget(ban.network, ban.hostId);
      }
      change.record(bans.map(({ network }) => network).join(", "), bans, null);
      change.republish();
      return {};
    },
  },
};

function eventOf(control: Control, id: string): CorrelationEvent {
  const event = control.store.correlationEvents.get(id);
  if (event === null) throw new AegisError("not_found", "there is no such event; old ones are deleted");
  return event;
}

/** The analyst's, by host and network. */
function bansInForce(control: Control): ReadonlyMap<string, Ban> {
  const bans = control.store.bans.list(control.clock.now()).filter((ban) => ban.origin === "correlation");
  return new Map(bans.map((ban) => [`${ban.hostId} ${ban.network}`, ban]));
}

function bansOf({ clients, hostId }: CorrelationEvent, inForce: ReadonlyMap<string, Ban>): Ban[] {
  const networks = new Set(clients.flatMap((client) => {
    const words = parseAddress(client);
    return words === null ? [] : [formatCidr(clientNetwork(words))];
  }));
  return [...networks].flatMap((network) => inForce.get(`${hostId} ${network}`) ?? []);
}

function rulesInForce(control: Control) {
  const { rules, hosts } = setupParts(control.rules.all(), control.hosts(), {
    ruleSwitches: control.store.ruleSwitches.all(),
    exceptions: [],
    paranoiaLevel: control.settings().waf.paranoia_level,
  });
  return rules.map(({ id, name }, index) => ({
    id,
    name,
    hosts: hosts.filter((host) => host.rules.some((each) => each.index === index)).length,
  }));
}

function view(context: Context, event: CorrelationEvent, inForce: ReadonlyMap<string, Ban>): EventView {
  const isAddress = event.groupBy === "source_ip" || event.groupBy === "source_64";
  return {
    id: event.id,
    at: event.at,
    rule_id: event.ruleId,
    rule_name: event.ruleName,
    severity: event.severity,
    host_id: event.hostId,
    host_name: context.control.hosts().find(({ id }) => id === event.hostId)?.domains[0] ?? null,
    group_by: event.groupBy,
    group: isAddress ? shownAddress(context, event.group) : event.group,
    clients: event.clients.map((client) => shownAddress(context, client)),
    action: event.action,
    block: event.action === "detected" ? "none" : bansOf(event, inForce).length > 0 ? "in_force" : "over",
    blocked_until: event.blockedUntil,
    window_seconds: event.windowSeconds,
    threshold: event.threshold,
    counted: event.counted,
    steps: [...event.steps],
  };
}

function snapshotView(context: Context, each: EventSnapshot) {
  return {
    id: each.id,
    at: each.at,
    client: shownAddress(context, each.client),
    method: each.method,
    target: each.target,
    user_agent: each.userAgent,
    status: each.status,
    size: each.size,
    content_type: each.contentType,
    latency_ms: each.latencyMs,
    body_bytes: each.bodyBytes,
    body_hash: each.bodyHash,
    rule_ids: [...each.ruleIds],
    counted: each.counted,
  };
}
