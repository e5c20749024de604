import { Safe } from "../../components/bytes.tsx";
import { Empty } from "../../components/empty.tsx";
import { count, duration, plural } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { LogTime } from "../../components/time.tsx";
import { Dot } from "../../components/verdict.tsx";
import type { ViewContext } from "../../model.ts";
import type { DeliveryView, SmtpView, WebhookView } from "../../model_notifications.ts";

export interface NotificationsProps {
  readonly ctx: ViewContext;
  readonly profiles: readonly SmtpView[];
  readonly webhooks: readonly WebhookView[];
  readonly deliveries: readonly DeliveryView[];
}

const FORMATS = { slack: "Slack", discord: "Discord", pagerduty: "PagerDuty", json: "JSON" } as const;

/** Who is told of what happens here, and whether it arrived. */
export function NotificationsPage(props: NotificationsProps) {
  const { ctx, profiles, webhooks, deliveries } = props;
  const dead = deliveries.filter(({ state }) => state === "dead").length;
  const add = (
    <>
      <a class="btn" href="/notifications/smtp/new">
        <Icon name="plus" />Add mail
      </a>
      <a class="btn main" href="/notifications/webhooks/new">
        <Icon name="plus" />Add webhook
      </a>
    </>
  );
  return (
    <>
      <PageHead title="Notifications" actions={add}>
        Attacks, bans, targets that fail, certificates that end: told by mail and webhook.
      </PageHead>
      <div class="stack">
        {dead === 0 ? null : (
          <Note kind="blocked" title={`${plural(dead, "message")} did not arrive`}>
            They are below, each with what went wrong. Send them again once that is mended.
          </Note>
        )}
        {profiles.length + webhooks.length === 0
          ? (
            <Empty
              title="Nobody is told yet"
              text="What happens stands in the log either way. Add a mail profile or a webhook, choose what it tells, and press its test button."
              cli="aegis webhook add ops --format slack --url https://hooks.slack.com/services/…"
            />
          )
          : (
            <div class="card">
              <ul class="list">
                {profiles.map((profile) => (
                  <Channel
                    ctx={ctx}
                    path={`/notifications/smtp/${encodeURIComponent(profile.id)}`}
                    name={profile.name}
                    enabled={profile.enabled}
                    text={`Mail by ${profile.host}:${profile.port} to ${
                      profile.recipients.length === 0 ? "nobody yet" : profile.recipients.join(", ")
                    }`}
                  />
                ))}
                {webhooks.map((webhook) => (
                  <Channel
                    ctx={ctx}
                    path={`/notifications/webhooks/${encodeURIComponent(webhook.id)}`}
                    name={webhook.name}
                    enabled={webhook.enabled}
                    text={`${FORMATS[webhook.format]} at ${webhook.shown_url}`}
                  />
                ))}
              </ul>
            </div>
          )}
        <Deliveries {...props} />
      </div>
    </>
  );
}

function Channel(
  props: {
    readonly ctx: ViewContext;
    readonly path: string;
    readonly name: string;
    readonly enabled: boolean;
    readonly text: string;
  },
) {
  return (
    <li>
      <Dot state={props.enabled ? "up" : "off"} label={props.enabled ? "on" : "off"} />
      <div>
        <a href={props.path}>{props.name}</a>
        <p class="break">
          <Safe text={props.text} />
        </p>
      </div>
      <span class="end" />
      <PostButton ctx={props.ctx} action={`${props.path}/test`}>Send test</PostButton>
    </li>
  );
}

function Deliveries({ ctx, deliveries }: NotificationsProps) {
  return (
    <section class="card">
      <header>
        <h2>Messages</h2>
      </header>
      {deliveries.length === 0
        ? <p class="pad small muted">None was sent yet.</p>
        : (
          <div class="scroll" tabindex={0} role="region" aria-label="Messages">
            <table>
              <thead>
                <tr>
                  <th>When</th>
                  <th>What</th>
                  <th class="s">By</th>
                  <th class="s">State</th>
                  <th class="r s">Again</th>
                </tr>
              </thead>
              <tbody>{deliveries.map((delivery) => <Row ctx={ctx} delivery={delivery} />)}</tbody>
            </table>
          </div>
        )}
    </section>
  );
}

function Row({ ctx, delivery }: { readonly ctx: ViewContext; readonly delivery: DeliveryView }) {
  const state = (
    <span class="row">
      <Dot state={delivery.state === "sent" ? "up" : delivery.state === "dead" ? "down" : "slow"} />
      {stateOf(delivery, ctx.now)}
    </span>
  );
  const again = delivery.state === "sent" ? null : (
    <PostButton
      ctx={ctx}
      action={`/notifications/messages/${encodeURIComponent(delivery.id)}/resend`}
    >
      Send again
    </PostButton>
  );
  return (
    <tr>
      <td>
        <LogTime at={delivery.at} now={ctx.now} />
      </td>
      <td>
        <Safe text={delivery.subject} />
        {delivery.notices > 1 ? <span class="tag">and {count(delivery.notices - 1)} more</span> : null}
        {delivery.error === "" ? null : (
          <span class="sub break">
            <Safe text={delivery.error} />
          </span>
        )}
        <div class="phone">
          {state}
          {again}
        </div>
      </td>
      <td class="s">{delivery.channel_name}</td>
      <td class="s">{state}</td>
      <td class="r s">{again}</td>
    </tr>
  );
}

function stateOf({ state, attempts, next_at }: DeliveryView, now: number): string {
  if (state === "sent") return "arrived";
  if (state === "dead") return `given up after ${plural(attempts, "attempt")}`;
  const wait = next_at === null ? 0 : Math.max(0, next_at - now);
  const when = wait < 1_000 ? "is due" : `in ${duration(wait)}`;
  return attempts === 0 ? `waits, ${when}` : `failed ${plural(attempts, "time")}, again ${when}`;
}
