import type { Child } from "hono/jsx";
import { ConfirmByName } from "../../components/confirm.tsx";
import { AreaField, SelectField, SwitchField, TextField } from "../../components/field.tsx";
import { PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import type { NoticeKind } from "../../../src/core/notice.ts";
import { KIND_TEXTS, type SmtpView, type WebhookView } from "../../model_notifications.ts";
import { Kept } from "./kept.tsx";
import { SmtpFields } from "./smtp_fields.tsx";

const KINDS = Object.keys(KIND_TEXTS) as NoticeKind[];

interface Props<T> {
  readonly ctx: ViewContext;
  /** null: a new one. */
  readonly channel: T | null;
  readonly form: FormState;
}

export function SmtpPage({ ctx, channel, form }: Props<SmtpView>) {
  return (
    <Editor ctx={ctx} channel={channel} form={form} base="/notifications/smtp" title="Add mail">
      <SmtpFields form={form} channel={channel} />
    </Editor>
  );
}

export function WebhookPage({ ctx, channel, form }: Props<WebhookView>) {
  return (
    <Editor ctx={ctx} channel={channel} form={form} base="/notifications/webhooks" title="Add webhook">
      <SelectField
        form={form}
        name="format"
        label="Service"
        value={channel?.format ?? "slack"}
        options={[
          { value: "slack", text: "Slack, an incoming webhook" },
          { value: "discord", text: "Discord" },
          { value: "pagerduty", text: "PagerDuty, Events API v2" },
          { value: "json", text: "JSON, for a program of your own" },
        ]}
      />
      <TextField
        form={form}
        name="url"
        label="Address"
        value=""
        placeholder={channel?.shown_url ?? "https://hooks.slack.com/services/…"}
        inputmode="url"
        hint={channel === null
          ? "As the service shows it. PagerDuty's own is known: leave it empty."
          : "Kept as it is where left empty; only its beginning is shown, because the rest is a key."}
      />
      <Kept
        form={form}
        name="secret"
        label="Key"
        kept={channel?.has_secret ?? false}
        hint="PagerDuty: the integration key. JSON: signs each message (x-aegis-signature). Slack and Discord need none."
      />
      <AreaField
        form={form}
        name="headers"
        label="Further header fields"
        value=""
        placeholder="Authorization: Bearer …"
        hint={channel === null || channel.header_names.length === 0
          ? "One a line, as Name: value."
          : `Set: ${channel.header_names.join(", ")}. Kept as they are where left empty.`}
      />
    </Editor>
  );
}

function Editor<T extends SmtpView | WebhookView>(
  props: Props<T> & { readonly base: string; readonly title: string; readonly children?: Child },
) {
  const { ctx, channel, form, base } = props;
  const path = channel === null ? `${base}/new` : `${base}/${encodeURIComponent(channel.id)}`;
  return (
    <>
      <PageHead
        title={channel?.name ?? props.title}
        crumb={{ href: "/notifications", text: "Notifications" }}
        actions={channel === null
          ? undefined
          : <button type="button" class="btn danger" popovertarget="delete">Delete…</button>}
      />
      <div class="stack narrow">
        <PostForm ctx={ctx} action={path} class="stack" state={form} label={channel?.name ?? props.title}>
          <section class="card">
            <div class="pad form">
              <TextField
                form={form}
                name="name"
                label="Name"
                value={channel?.name ?? ""}
                placeholder="operations"
              />
              {props.children}
              <SwitchField
                form={form}
                name="enabled"
                label="On"
                hint="Off, nothing is sent by it."
                checked={channel?.enabled ?? true}
              />
            </div>
          </section>
          <section class="card">
            <header>
              <h2>What it tells</h2>
            </header>
            <div class="pad form">
              {KINDS.map((kind) => (
                <SwitchField
                  form={form}
                  name={`kind.${kind}`}
                  label={KIND_TEXTS[kind].text}
                  {...hintOf(kind)}
                  checked={channel?.kinds.includes(kind) ?? true}
                />
              ))}
              <p class="small muted">
                What comes within a minute is one message, at most 30 an hour.
              </p>
            </div>
          </section>
          <div class="row">
            <a class="btn bare end" href="/notifications">Cancel</a>
            <button type="submit" class="btn main">{channel === null ? props.title : "Save"}</button>
          </div>
        </PostForm>
      </div>
      {channel === null ? null : (
        <ConfirmByName
          ctx={ctx}
          id="delete"
          action={`${path}/delete`}
          title="Delete this?"
          name={channel.name}
          button="Delete"
        >
          Nothing is sent by it any more; what waits is given up.
        </ConfirmByName>
      )}
    </>
  );
}

function hintOf(kind: NoticeKind): { hint?: string } {
  const { hint } = KIND_TEXTS[kind];
  return hint === undefined ? {} : { hint };
}
