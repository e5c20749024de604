import { TextField } from "../../components/field.tsx";
import { settingsForm } from "../../components/fixed.ts";
import { count } from "../../components/format.ts";
import { PostButton, PostForm } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { Ago } from "../../components/time.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import type { LimitsView, ReputationView } from "../../model_shield.ts";
import { ShieldCard } from "./shield.tsx";

const REASONS: Readonly<Record<ReputationView["reasons"][number]["reason"], string>> = {
  waf: "refused by rules",
  correlation: "an attack in several steps",
  shield_limit: "went on after it was told to slow down",
  rate_rule: "used up a rate rule",
  protocol_abuse: "abused the protocol",
  malformed: "broken requests",
  challenge_failed: "failed a challenge",
  challenge_passed: "passed a challenge",
  signed_in: "signed in",
  bot: "a known tool",
  behaviour: "behaved unlike a visitor",
};

interface Props {
  readonly ctx: ViewContext;
  readonly form: FormState;
  /** The look-up, with what is wrong with it. */
  readonly lookup: FormState;
  readonly limits: LimitsView;
  /** The client that was asked for; null: none. */
  readonly asked: ReputationView | null;
}

/** How much one client may ask of all hosts, and what clients have earned. */
export function LimitsCard(props: Props) {
  const { ctx, lookup, limits, asked } = props;
  const form = settingsForm(ctx, props.form);
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  return (
    <ShieldCard
      title="Limits"
      text="One client, over all hosts: an IPv4 address or an IPv6 /64. Its reputation doubles its rate at best and halves it at worst; it comes back to 0 within a day. Who goes on for half a minute after being told to slow down (429) is banned for a minute."
    >
      <PostForm ctx={ctx} action="/shield/limits" class="stack" state={form} label="Limits">
        <fieldset class="stack" disabled={!may}>
          <div class="pair">
            <TextField
              form={form}
              name="l7_rate_limit"
              label="Requests a second"
              value={limits.rate}
              inputmode="numeric"
              hint="0: no limit."
            />
            <TextField
              form={form}
              name="l7_burst_limit"
              label="At once after a pause"
              value={limits.burst}
              inputmode="numeric"
            />
          </div>
          {may ? <button type="submit" class="btn">Save</button> : null}
        </fieldset>
      </PostForm>
      <dl class="kv">
        <dt>Clients counted now</dt>
        <dd>{count(limits.clients)}</dd>
        <dt>Refused of late</dt>
        <dd>{count(limits.refused_clients)}</dd>
        <dt>Good and bad reputations</dt>
        <dd>{count(limits.good)} and {count(limits.bad)}</dd>
        {limits.forgotten === 0 ? null : (
          <>
            <dt>Forgotten, memory full</dt>
            <dd>{count(limits.forgotten)}</dd>
          </>
        )}
      </dl>
      <form method="get" action="/shield" class="row" aria-label="Look up a client">
        <TextField
          form={lookup}
          name="client"
          label="Reputation of a client"
          value={asked?.network ?? ""}
          placeholder="192.0.2.7"
        />
        <button type="submit" class="btn">Look up</button>
      </form>
      {asked === null
        ? null
        : asked.reasons.length === 0
        ? <p class="muted">Nothing is known of {asked.network}: its reputation is 0.</p>
        : <Reputations ctx={ctx} label="The client that was looked up" list={[asked]} />}
      {limits.worst.length === 0
        ? null
        : <Reputations ctx={ctx} label="The lowest reputations" list={limits.worst} />}
    </ShieldCard>
  );
}

function Reputations(
  { ctx, label, list }: {
    readonly ctx: ViewContext;
    readonly label: string;
    readonly list: readonly ReputationView[];
  },
) {
  return (
    <>
      <h3>{label}</h3>
      <div class="scroll" tabindex={0} role="region" aria-label={label}>
        <table>
          <thead>
            <tr>
              <th>Client</th>
              <th class="r">Score</th>
              <th class="s">Why</th>
              <th class="s">Last</th>
              <th>
                <span class="sr">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>{list.map((each) => <Row ctx={ctx} each={each} />)}</tbody>
        </table>
      </div>
    </>
  );
}

function Row({ ctx, each }: { readonly ctx: ViewContext; readonly each: ReputationView }) {
  const why = each.reasons.map(reasonText).join(", ");
  return (
    <tr>
      <td>
        <a class="mono" href={trafficHref({ client: each.network }, { range: "24h" })}>{each.network}</a>
        <span class="sub phone">{why}</span>
      </td>
      <td class="r">{each.score.toFixed(1)}</td>
      <td class="s">{why}</td>
      <td class="s">{each.changed_at === null ? "" : <Ago at={each.changed_at} now={ctx.now} />}</td>
      <td class="r">
        {ctx.user.role === "viewer"
          ? null
          : (
            <PostButton ctx={ctx} action="/shield/reputation/reset" fields={{ address: each.network }}>
              Forget
            </PostButton>
          )}
      </td>
    </tr>
  );
}

function reasonText({ reason, times }: ReputationView["reasons"][number]): string {
  const often = times >= 15 ? "15 times or more" : `${times} times`;
  return times === 1 ? REASONS[reason] : `${REASONS[reason]} ${often}`;
}
