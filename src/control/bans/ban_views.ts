import type { Ban } from "../../core/snapshot.ts";
import type { ListedBan } from "../../store/bans.ts";
import type { Answer, Context } from "../body.ts";
import { domainOf } from "../hosts/host_names.ts";
import type { OperationArguments } from "../operation.ts";
import { seesAddresses, shownAddress } from "../sight.ts";

type View = Answer<"bans.create">;

/** Bans in force, newest first, and the black lists of settings and hosts after them. */
export function listBans(context: Context, { q, origin, view }: OperationArguments<"bans.list">): View[] {
  const { store, clock, banHits } = context.control;
  banHits.write();
  // [SECURITY] Who sees addresses masked searches what they see, so that no address can be found out piece by piece.
  const sees = seesAddresses(context);
  const rows = store.bans.list(clock.now(), {
    ...(q === undefined || !sees ? {} : { q }),
    ...(origin === undefined ? {} : { origin }),
  }).map((ban) => banViewOf(context, ban));
  const listed = blackLists(context).filter((each) => origin === undefined || each.origin === origin)
    .filter((each) => q === undefined || holds(each, q));
  return [...rows.filter((each) => q === undefined || sees || holds(each, q)), ...listed]
    .filter((each) => view === undefined || each.view === view);
}

export function banViewOf(context: Context, ban: ListedBan): View {
  return {
    id: ban.id,
    network: shownAddress(context, ban.network),
    host_id: ban.hostId,
    host_name: ban.hostId === null ? null : domainOf(context.control, ban.hostId),
    reason: ban.reason,
    view: viewName(ban),
    origin: ban.origin,
    created_at: ban.createdAt,
    created_by: ban.createdBy,
    expires_at: ban.expiresAt,
    answered: ban.answered,
    dropped: ban.dropped,
    last_hit_at: ban.lastHitAt,
    removable: true,
  };
}

/** Which of its views a row of the table belongs to (spec 03, Bans and lists). */
function viewName({ expiresAt, hostId }: Pick<Ban, "expiresAt" | "hostId">): View["view"] {
  if (expiresAt === null) return "blacklist";
  return hostId === null ? "ban" : "ip_timeout";
}

function blackLists(context: Context): View[] {
  const { control } = context;
  const entry = (network: string, hostId: string | null, place: number): View => ({
    id: `black-list-${hostId ?? "all"}-${place}`,
    network: shownAddress(context, network),
    host_id: hostId,
    host_name: hostId === null ? null : domainOf(control, hostId),
    reason: hostId === null ? "black list of the settings" : "black list of the host",
    view: "blacklist",
    origin: "black-list",
    created_at: 0,
    created_by: "",
    expires_at: null,
    answered: 0,
    dropped: 0,
    last_hit_at: null,
    removable: false,
  });
  return [
    ...control.settings().blacklist_cidrs.map((network, place) => entry(network, null, place)),
    ...control.hosts().flatMap((host) =>
      host.blacklist_cidrs.map((network, place) => entry(network, host.id, place))
    ),
  ];
}

function holds(ban: View, q: string): boolean {
  return `${ban.network} ${ban.reason} ${ban.created_by}`.toLowerCase().includes(q.toLowerCase());
}
