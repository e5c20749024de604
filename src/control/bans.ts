import { AegisError } from "../core/errors.ts";
import { type Cidr, formatCidr, parseCidr } from "../lib/ip.ts";
import type { StoredBan } from "../store/bans.ts";
import { exemptionText, exemptNetworks, holds, metExemption } from "./ban_exemptions.ts";
import type { Bodies, Context } from "./body.ts";
import type { Control } from "./control.ts";
import { findHost } from "./hosts.ts";
import { newId } from "./ids.ts";
import { seesAddresses, shownAddress } from "./sight.ts";

/** Wider ones would refuse a good part of the world by a typing error. */
const WIDEST = { v4: 96 + 8, v6: 16 } as const;
const MAX_BANS = 100_000;

export const bansBodies: Bodies<"bans.list" | "bans.create" | "bans.delete"> = {
  "bans.list": {
    read: (context, { q }) => {
      const { store, clock } = context.control;
      if (q === undefined || seesAddresses(context)) {
        return store.bans.list(clock.now(), q ?? "").map((ban) => view(context, ban));
      }
      // [SECURITY] Who sees addresses masked searches what they see, so that no address can be found out piece by piece.
      const shown = store.bans.list(clock.now()).map((ban) => view(context, ban));
      return shown.filter((ban) =>
        `${ban.network} ${ban.reason} ${ban.created_by}`.toLowerCase().includes(q.toLowerCase())
      );
    },
  },
  "bans.create": {
    change: (context, input) => (change) => {
      const { control, actor } = context;
      const cidr = networkOf(input.network);
      const host = input.host_id === undefined ? null : findHost(control, input.host_id);
      refuseExempt(context, cidr, host?.id ?? null);
      if (control.store.bans.list(change.now).length >= MAX_BANS) {
        throw new AegisError("conflict", `there are ${MAX_BANS} bans already; lift some or ban a network`);
      }
      const ban: StoredBan = {
        id: newId("ban"),
        network: formatCidr(cidr),
        hostId: host?.id ?? null,
        expiresAt: input.seconds === undefined ? null : change.now + input.seconds * 1_000,
        reason: input.reason ?? "",
        origin: "operator",
        createdAt: change.now,
        createdBy: actor.name,
      };
      control.store.bans.insert(ban);
      change.record(ban.network, null, ban);
      change.republish();
      return view(context, ban);
    },
  },
  "bans.delete": {
    change: ({ control }, { id }) => (change) => {
      const ban = control.store.bans.get(id);
      if (ban === null) {
        throw new AegisError("not_found", "there is no such ban; it may have ended by itself");
      }
      control.store.bans.delete(id);
      control.banDesk.forget(ban.network, ban.hostId);
      change.record(ban.network, ban, null);
      change.republish();
      return {};
    },
  },
};

function networkOf(text: string): Cidr {
  const cidr = parseCidr(text.trim());
  if (cidr === null) {
    throw refusal(`"${text}" is no address or network`, "write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
  }
  const isV4 = cidr.words[0] === 0 && cidr.words[1] === 0 && cidr.words[2] === 0xffff && cidr.prefix >= 96;
  if (cidr.prefix < (isV4 ? WIDEST.v4 : WIDEST.v6)) {
    throw refusal(`${text} is wider than ${isV4 ? "/8" : "/16"}`, "ban narrower networks");
  }
  return cidr;
}

/** Never banned: loopback, white-listed ranges, and the address of whoever asks (spec 03, Bans and lists). */
function refuseExempt({ control, actor }: Context, ban: Cidr, hostId: string | null): void {
  const remedy = "ban a network without it";
  if (holds(ban, actor.address)) {
    throw refusal(`${formatCidr(ban)} holds your own address ${actor.address}`, remedy);
  }
  const met = metExemption(ban, exemptNetworks(control, hostId));
  if (met !== null) throw refusal(exemptionText(ban, met), remedy);
}

function refusal(message: string, remedy: string): AegisError {
  return new AegisError("invalid_input", message, { fields: [{ field: "network", message, remedy }] });
}

function view(context: Context, ban: StoredBan) {
  return {
    id: ban.id,
    network: shownAddress(context, ban.network),
    host_id: ban.hostId,
    host_name: ban.hostId === null ? null : domainOf(context.control, ban.hostId),
    reason: ban.reason,
    origin: ban.origin,
    created_at: ban.createdAt,
    created_by: ban.createdBy,
    expires_at: ban.expiresAt,
  };
}

/** First domain of a host, null where it is gone. */
export function domainOf(control: Control, hostId: string): string | null {
  return control.hosts().find((host) => host.id === hostId)?.domains[0] ?? null;
}
