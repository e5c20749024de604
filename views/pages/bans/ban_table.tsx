import { Safe } from "../../components/bytes.tsx";
import { count } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { Ago } from "../../components/time.tsx";
import type { BanView, ViewContext } from "../../model.ts";

const ORIGINS: Readonly<Record<BanView["origin"], string>> = {
  operator: "a person",
  "black-list": "black list",
  automatic: "refused requests",
  subscription: "subscribed list",
  correlation: "correlated rule",
  shield: "shield",
  anomaly: "behaviour",
  protocol: "abuse of the protocol",
};

/** One row a ban, each lifted by one click. */
export function BanTable(
  props: { readonly ctx: ViewContext; readonly bans: readonly BanView[]; readonly may: boolean },
) {
  if (props.bans.length === 0) return <p class="card pad muted">No ban fits.</p>;
  return (
    <div class="card">
      <div class="scroll" tabindex={0} role="region" aria-label="Bans in force">
        <table data-rows>
          <thead>
            <tr>
              <th>Network</th>
              <th class="s">Reason</th>
              <th class="r s">Stopped</th>
              <th>Ends</th>
              <th>
                <span class="sr">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>{props.bans.map((ban) => <Row ctx={props.ctx} ban={ban} may={props.may} />)}</tbody>
        </table>
      </div>
    </div>
  );
}

function Row(props: { readonly ctx: ViewContext; readonly ban: BanView; readonly may: boolean }) {
  const { ban, ctx } = props;
  return (
    <tr>
      <td>
        <a class="mono" href={trafficHref({ client: ban.network }, { range: "24h" })}>{ban.network}</a>
        <span class="sub">{ban.host_name ?? "every host"}</span>
        <span class="sub phone">
          <Safe text={ban.reason} />
        </span>
      </td>
      <td class="s">
        <Safe text={ban.reason} />
        <span class="sub">
          by {ban.origin === "operator" ? ban.created_by : ORIGINS[ban.origin]}
          {ban.created_at === 0 ? null : (
            <>
              , <Ago at={ban.created_at} now={ctx.now} />
            </>
          )}
        </span>
      </td>
      <td class="r s">
        <Stopped {...ban} />
      </td>
      <td class="keep">{ban.expires_at === null ? "never" : <Ago at={ban.expires_at} now={ctx.now} />}</td>
      <td class="r">{props.may ? <Lift ctx={ctx} ban={ban} /> : null}</td>
    </tr>
  );
}

/** Requests answered with 403, and connections closed without an answer. */
export function Stopped(props: { readonly answered: number; readonly dropped: number }) {
  return (
    <>
      {count(props.answered + props.dropped)}
      {props.dropped === 0 ? null : <span class="sub">{count(props.dropped)} unanswered</span>}
    </>
  );
}

function Lift({ ctx, ban }: { readonly ctx: ViewContext; readonly ban: BanView }) {
  if (!ban.removable) {
    const href = ban.host_id === null ? "/settings" : `/hosts/${encodeURIComponent(ban.host_id)}`;
    return <a class="btn bare" href={href}>Change</a>;
  }
  return (
    <PostButton ctx={ctx} action={`/bans/${encodeURIComponent(ban.id)}/delete`} class="btn bare">
      Lift
    </PostButton>
  );
}
