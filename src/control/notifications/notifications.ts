import { AegisError } from "../../core/errors.ts";
import type { Delivery } from "../../store/deliveries.ts";
import type { StoredChannel } from "../../store/channels.ts";
import type { Answer, Bodies, Change, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { newId } from "../ids.ts";
import { channelOf, ENVIRONMENT } from "./channels.ts";
import { smtpView, webhookView } from "./channel_views.ts";
import { refuseToMoveSecrets } from "./kept_secrets.ts";

type Names =
  | `smtp.${"list" | "create" | "update" | "delete" | "test"}`
  | `webhooks.${"list" | "create" | "update" | "delete" | "test"}`
  | "notifications.list"
  | "notifications.resend";

type Type = StoredChannel["type"];
type Fields = Readonly<Record<string, unknown>> & { readonly name?: string | undefined };

export const notificationsBodies: Bodies<Names> = {
  "smtp.list": { read: ({ control }) => ofType(control, "smtp").map(smtpView) },
  "smtp.create": {
    change: (context, { profile }) => (change) => create(context, change, "smtp", profile, smtpView),
  },
  "smtp.update": {
    change: (context, { id, profile, version }) => (change) =>
      update(context, change, found(context.control, "smtp", id, version), profile, smtpView),
  },
  "smtp.delete": { change: (context, { id }) => (change) => remove(context, change, "smtp", id, smtpView) },
  "smtp.test": { read: ({ control }, { id, to }) => control.notices.test(found(control, "smtp", id).id, to) },
  "webhooks.list": { read: ({ control }) => ofType(control, "webhook").map(webhookView) },
  "webhooks.create": {
    change: (context, { webhook }) => (change) => create(context, change, "webhook", webhook, webhookView),
  },
  "webhooks.update": {
    change: (context, { id, webhook, version }) => (change) =>
      update(context, change, found(context.control, "webhook", id, version), webhook, webhookView),
  },
  "webhooks.delete": {
    change: (context, { id }) => (change) => remove(context, change, "webhook", id, webhookView),
  },
  "webhooks.test": { read: ({ control }, { id }) => control.notices.test(found(control, "webhook", id).id) },
  "notifications.list": {
    read: ({ control }, { state, limit }) => control.store.deliveries.list(limit, state).map(deliveryView),
  },
  "notifications.resend": {
    change: ({ control }, { id }) => (change) => {
      const delivery = control.store.deliveries.get(id);
      if (delivery === null) throw new AegisError("not_found", "there is no such delivery");
      if (delivery.state === "sent") throw new AegisError("conflict", "this has arrived already");
      const again: Delivery = {
        ...delivery,
        state: "waiting",
        attempts: 0,
        nextAt: change.now,
        doneAt: null,
        error: "",
      };
      control.store.deliveries.put(again);
      change.record(`${delivery.channelName}: ${delivery.notices[0]?.subject ?? ""}`, null, { resent: id });
      // After the transaction: what is not yet there for good must not be sent.
      queueMicrotask(() => control.notices.wake());
      return deliveryView(again);
    },
  },
};

type View<T> = (stored: StoredChannel) => T;

function create<T>({ control }: Context, change: Change, type: Type, input: Fields, view: View<T>): T {
  const { name = "", ...fields } = input;
  refuseTaken(control, name, null);
  const stored: StoredChannel = {
    id: newId("channel"),
    type,
    name,
    version: 1,
    createdAt: change.now,
    updatedAt: change.now,
    fields: withoutUndefined(fields),
  };
  control.store.channels.put(stored);
  change.record(name, null, view(stored));
  return view(stored);
}

function update<T>(
  { control }: Context,
  change: Change,
  before: StoredChannel,
  patch: Fields,
  view: View<T>,
): T {
  refuseEnvironment(before);
  const { name = before.name, ...fields } = patch;
  refuseTaken(control, name, before.id);
  const after: StoredChannel = {
    ...before,
    name,
    version: before.version + 1,
    updatedAt: change.now,
    fields: { ...before.fields, ...withoutUndefined(fields) },
  };
  refuseToMoveSecrets(channelOf(before), channelOf(after), patch);
  control.store.channels.put(after);
  change.record(name, view(before), view(after));
  return view(after);
}

function remove<T>({ control }: Context, change: Change, type: Type, id: string, view: View<T>) {
  const before = found(control, type, id);
  refuseEnvironment(before);
  control.store.channels.delete(before.id);
  control.store.deliveries.forget(before.id);
  change.record(before.name, view(before), null);
  return {};
}

function ofType(control: Control, type: Type): StoredChannel[] {
  return control.notices.channels().filter((each) => each.type === type);
}

/** By id or name. */
function found(control: Control, type: Type, id: string, version?: number): StoredChannel {
  const stored = ofType(control, type).find((each) => each.id === id || each.name === id);
  if (stored === undefined) {
    throw new AegisError("not_found", `there is no such ${type === "smtp" ? "mail profile" : "webhook"}`);
  }
  if (version !== undefined && version !== stored.version) {
    throw new AegisError("conflict", "somebody else has changed this meanwhile: load it again");
  }
  return stored;
}

function refuseEnvironment({ id, name }: StoredChannel): void {
  if (id === ENVIRONMENT) {
    throw new AegisError("read_only", `${name} comes from the environment: change it there`);
  }
}

function refuseTaken(control: Control, name: string, own: string | null): void {
  if (!control.store.channels.list().some((each) => each.name === name && each.id !== own)) return;
  const message = `there is already a profile or webhook named "${name}"`;
  throw new AegisError("conflict", message, {
    fields: [{ field: "name", message, remedy: "choose another name" }],
  });
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function deliveryView(delivery: Delivery): Answer<"notifications.list">[number] {
  const { id, at, state, attempts, notices, more, nextAt, doneAt, error } = delivery;
  return {
    id,
    at,
    channel_id: delivery.channelId,
    channel_name: delivery.channelName,
    state,
    kinds: [...new Set(notices.map(({ kind }) => kind))],
    subject: notices[0]?.subject ?? "",
    notices: notices.length + more,
    attempts,
    next_at: state === "waiting" ? nextAt : null,
    done_at: doneAt,
    error,
  };
}
