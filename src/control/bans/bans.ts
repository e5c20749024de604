import { AegisError } from "../../core/errors.ts";
import { type Cidr, formatCidr, parseCidr } from "../../lib/ip.ts";
import type { StoredBan } from "../../store/bans.ts";
import { exemptionText, exemptNetworks, holds, metExemption } from "./ban_exemptions.ts";
import type { Bodies, Context } from "../body.ts";
import { findHost } from "../hosts/hosts.ts";
import { newId } from "../ids.ts";
import { banCsv } from "./ban_csv.ts";
import { banViewOf, listBans } from "./ban_views.ts";

/** Wider ones would refuse a good part of the world by a typing error. */
const WIDEST = { v4: 96 + 8, v6: 16 } as const;
const MAX_BANS = 100_000;

export const bansBodies: Bodies<"bans.list" | "bans.export" | "bans.create" | "bans.delete"> = {
  "bans.list": { read: listBans },
  "bans.export": {
    read: (context, { format, ...filter }) => {
      const bans = listBans(context, filter);
      const text = format === "csv" ? banCsv(bans) : JSON.stringify(bans, null, 2);
      return { file_name: `aegis-bans.${format}`, content: new TextEncoder().encode(text).toBase64() };
    },
  },
  "bans.create": {
    change: (context, input) => (change) => {
      const { control, actor } = context;
      const cidr = networkOf(input.network);
      const host = input.host_id === undefined ? null : findHost(control, input.host_id);
      refuseExempt(context, cidr, host?.id ?? null);
      if (control.store.bans.count(change.now) >= MAX_BANS) {
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
      return banViewOf(context, { ...ban, answered: 0, dropped: 0, lastHitAt: null });
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
