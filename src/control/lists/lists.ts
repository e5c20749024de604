import { AegisError } from "../../core/errors.ts";
import { addressRefusal } from "../../gateway/upstream/target_rule.ts";
import type { StoredAddressList } from "../../store/address_lists.ts";
import type { Answer, Bodies } from "../body.ts";
import type { Control } from "../control.ts";
import { newId } from "../ids.ts";
import { listUrl } from "./list_fetch.ts";
import { machinePasswordName } from "./ban_offers.ts";
import { listKeyName } from "./list_keeper.ts";

const MOST_LISTS = 32;

type Names = "lists.list" | "lists.create" | "lists.update" | "lists.refresh" | "lists.delete";

export const listsBodies: Bodies<Names> = {
  "lists.list": {
    read: ({ control }) => {
      control.banHits.write();
      return control.store.addressLists.list().map((list) => view(control, list));
    },
  },
  "lists.create": {
    change: ({ control, actor }, { key, password, every_seconds, ...input }) => {
      refuseUrl(control, input.url);
      refuseOffer(input, password !== "");
      return (change) => {
        const { addressLists } = control.store;
        if (addressLists.list().length >= MOST_LISTS) {
          throw new AegisError("conflict", `there are ${MOST_LISTS} lists already; remove one`);
        }
        refuseName(control, input.name, null);
        const id = newId("list");
        addressLists.insert({
          ...input,
          id,
          everySeconds: every_seconds,
          createdAt: change.now,
          createdBy: actor.name,
        });
        setSecret(control, listKeyName(id), key);
        setSecret(control, machinePasswordName(id), password);
        const made = shown(control, id);
        change.record(input.name, null, made);
        change.onSuccess(() => changed(control, id));
        return made;
      };
    },
  },
  "lists.update": {
    change: ({ control }, { id, key, password, every_seconds, ...patch }) => {
      if (patch.url !== undefined) refuseUrl(control, patch.url);
      return (change) => {
        const list = found(control, id);
        const before = view(control, list);
        if (patch.name !== undefined) refuseName(control, patch.name, id);
        refuseToMoveSecrets(before, patch.url ?? list.url, { key, password });
        const machine = patch.machine ?? list.machine;
        const offers = patch.offers ?? list.offers;
        const hasPassword = password === undefined ? before.has_password : password !== "";
        if (patch.machine !== undefined || patch.offers !== undefined || password !== undefined) {
          refuseOffer({ kind: list.kind, offers, machine }, hasPassword);
        }
        control.store.addressLists.update({
          ...list,
          name: patch.name ?? list.name,
          url: patch.url ?? list.url,
          enabled: patch.enabled ?? list.enabled,
          offers,
          machine,
          everySeconds: every_seconds ?? list.everySeconds,
        });
        if (key !== undefined) setSecret(control, listKeyName(id), key);
        if (password !== undefined) setSecret(control, machinePasswordName(id), password);
        const after = shown(control, id);
        change.record(list.name, before, after);
        change.onSuccess(() => changed(control, id));
        return after;
      };
    },
  },
  "lists.refresh": {
    change: async ({ control }, { id }) => {
      const list = found(control, id);
      if (!list.enabled) throw new AegisError("conflict", `${list.name} is off; switch it on first`);
      await Promise.all([control.lists.refresh(id), list.offers ? control.banOffers.run() : null]);
      return (change) => {
        const after = shown(control, id);
        change.record(list.name, null, { state: after.state, entries: after.entries });
        return after;
      };
    },
  },
  "lists.delete": {
    change: ({ control }, { id }) => (change) => {
      const list = found(control, id);
      control.store.addressLists.delete(id);
      control.store.secrets.delete(listKeyName(id));
      control.store.secrets.delete(machinePasswordName(id));
      change.record(list.name, view(control, list), null);
      change.onSuccess(() => changed(control, id));
      return {};
    },
  },
};

function found(control: Control, id: string): StoredAddressList {
  const list = control.store.addressLists.get(id);
  if (list === null) throw new AegisError("not_found", "there is no such list; see: aegis list show");
  return list;
}

function shown(control: Control, id: string): Answer<"lists.create"> {
  return view(control, found(control, id));
}

/** Commands and pages call a list by its name. `ownId`: of the list itself. */
function refuseName(control: Control, name: string, ownId: string | null): void {
  const isTaken = control.store.addressLists.list().some((list) =>
    list.id !== ownId && list.name.toLowerCase() === name.toLowerCase()
  );
  if (!isTaken) return;
  const message = `"${name}" is the name of another list`;
  throw new AegisError("conflict", message, {
    fields: [{ field: "name", message, remedy: "give it a name of its own" }],
  });
}

/** The rule for targets holds where it connects; what is wrong with the address itself is said at once. */
function refuseUrl(control: Control, text: string): void {
  const { hostname } = listUrl(text);
  const address = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  const isAddress = /^[\d.]+$/.test(address) || address.includes(":");
  const refusal = isAddress ? addressRefusal(address, control.settings().upstreams.allow_private) : null;
  if (refusal === null) return;
  throw new AegisError("invalid_input", refusal, {
    fields: [{ field: "url", message: refusal, remedy: "write an address that may be fetched from" }],
  });
}

function changed(control: Control, id: string): void {
  control.lists.changed(id);
  control.banOffers.changed(id);
}

/** Bans are offered to a CrowdSec Local API only, by a machine that can sign in there. */
function refuseOffer(
  { kind, offers, machine }: Pick<StoredAddressList, "kind" | "offers" | "machine">,
  hasPassword: boolean,
): void {
  const refuse = (field: string, message: string, remedy: string) => {
    throw new AegisError("invalid_input", message, { fields: [{ field, message, remedy }] });
  };
  if (kind !== "crowdsec" && (offers || machine !== "")) {
    refuse("offers", "only a CrowdSec Local API takes bans", "leave it off for other lists");
  }
  if (!offers) return;
  if (machine === "") {
    refuse("machine", "no machine signs in there", "make one with: cscli machines add aegis");
  }
  if (!hasPassword) refuse("password", "the machine has no password", "write the one that cscli printed");
}

/**
 * [SECURITY] A key goes only where it was written for: else whoever may edit a list would read it by pointing the list at
 * a server of their own (CWE-522).
 */
function refuseToMoveSecrets(
  before: Answer<"lists.create">,
  url: string,
  given: { readonly key: string | undefined; readonly password: string | undefined },
): void {
  const { origin } = new URL(url);
  if (origin === new URL(before.url).origin) return;
  const kept = [["key", before.has_key], ["password", before.has_password]] as const;
  for (const [field, isKept] of kept) {
    if (!isKept || given[field] !== undefined) continue;
    const message = `the ${field} that is kept here was not written for ${origin}`;
    throw new AegisError("invalid_input", message, {
      fields: [{ field, message, remedy: "write it again, or add another list" }],
    });
  }
}

function setSecret(control: Control, name: string, value: string): void {
  if (value === "") control.store.secrets.delete(name);
  else control.store.secrets.set(name, value);
}

function view(control: Control, list: StoredAddressList): Answer<"lists.create"> {
  return {
    id: list.id,
    name: list.name,
    kind: list.kind,
    url: list.url,
    every_seconds: list.everySeconds,
    enabled: list.enabled,
    has_key: control.store.secrets.get(listKeyName(list.id)) !== null,
    entries: list.entries,
    left_out: list.leftOut,
    state: stateOf(list),
    error: list.error,
    tried_at: list.triedAt,
    fetched_at: list.fetchedAt,
    answered: list.answered,
    dropped: list.dropped,
    last_hit_at: list.lastHitAt,
    offers: list.offers,
    machine: list.machine,
    has_password: control.store.secrets.get(machinePasswordName(list.id)) !== null,
    offered: list.machine === "" ? 0 : control.store.offeredBans.count(list.id),
    offered_at: list.offeredAt,
    offer_error: list.offerError,
  };
}

function stateOf({ enabled, error, fetchedAt }: StoredAddressList): Answer<"lists.create">["state"] {
  if (!enabled) return "off";
  if (error !== "") return fetchedAt === null ? "failed" : "stale";
  return fetchedAt === null ? "waiting" : "fresh";
}
