/** Who asked for a ban: what its provenance says for as long as it lasts. */
export const BAN_ORIGINS = [
  "operator",
  "black-list",
  "automatic",
  "subscription",
  "correlation",
  "shield",
  "anomaly",
  "protocol",
] as const;

export type BanOrigin = (typeof BAN_ORIGINS)[number];

/**
 * True for bans that meet no client with a pass: what the rules' automatic blocking made (spec 02), and the shield (spec 03,
 * Shield limits), of clients that may share their address with many.
 */
export function sparesPasses(origin: BanOrigin): boolean {
  return origin === "automatic" || origin === "shield";
}

/**
 * A part of the data plane wants a client kept out for a while. It is a wish: control alone decides, because it alone
 * knows who must never be banned, and makes the ban of the client's whole network (IPv4 address, IPv6 /64).
 */
export interface BanWish {
  /** The client's address after stage 04. */
  readonly client: string;
  /** Host id, or null for everywhere. */
  readonly hostId: string | null;
  /** How long the first time; repeated bans of a day last longer. null: no end. */
  readonly seconds: number | null;
  /** One line for the operator. */
  readonly reason: string;
  readonly origin: BanOrigin;
}

/** Gateway or analyst → control. */
export interface BanWishes {
  readonly kind: "ban-wishes";
  readonly wishes: readonly BanWish[];
}
