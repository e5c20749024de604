import { Safe } from "../../components/bytes.tsx";
import { Empty } from "../../components/empty.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { PostButton, PostForm } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { BanView, FormState, ViewContext } from "../../model.ts";

export const BAN_TIMES = [
  { value: "3600", text: "1 hour" },
  { value: "86400", text: "1 day" },
  { value: "604800", text: "7 days" },
  { value: "", text: "for ever" },
] as const;

/** Who is banned, why, until when. */
export function BansPage(
  props: { readonly ctx: ViewContext; readonly bans: readonly BanView[]; readonly form: FormState },
) {
  const may = props.ctx.user.role !== "viewer";
  return (
    <>
      <PageHead title="Bans">
        {props.bans.length === 0 ? "Nobody is banned." : `${plural(props.bans.length, "ban")} in force.`}{" "}
        A banned client is refused before anything else looks at its request.
      </PageHead>
      <div class="aside">
        {props.bans.length === 0
          ? (
            <Empty
              title="Nobody is banned"
              text={
                <>
                  Ban a client from one of its requests in{" "}
                  <a href="/traffic?q=action%3Ablocked&range=24h">Traffic</a>
                  {may ? ", or by its address here" : ""}. Your own address, loopback and white-listed
                  networks can never be banned.
                </>
              }
              cli="aegis ban add 203.0.113.77 --for 1d"
            />
          )
          : <BanTable {...props} may={may} />}
        {may
          ? (
            <PostForm
              ctx={props.ctx}
              action="/bans"
              class="card pad form"
              state={props.form}
              label="Ban an address"
            >
              <h2>Ban an address</h2>
              <TextField
                form={props.form}
                name="network"
                label="Address or network"
                placeholder="203.0.113.0/24"
                required
              />
              <SelectField form={props.form} name="seconds" label="For" value="86400" options={BAN_TIMES} />
              <TextField form={props.form} name="reason" label="Reason" placeholder="SQL injection scan" />
              <button type="submit" class="btn main">Ban</button>
            </PostForm>
          )
          : null}
      </div>
    </>
  );
}

function BanTable(
  props: { readonly ctx: ViewContext; readonly bans: readonly BanView[]; readonly may: boolean },
) {
  return (
    <div class="card">
      <div class="scroll">
        <table data-rows>
          <thead>
            <tr>
              <th>Network</th>
              <th class="s">Reason</th>
              <th class="s m">Host</th>
              <th class="s m">Since</th>
              <th>Ends</th>
              <th>
                <span class="sr">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {props.bans.map((ban) => (
              <tr>
                <td>
                  <a class="mono" href={trafficHref({ client: ban.network }, { range: "24h" })}>
                    {ban.network}
                  </a>
                  <span class="sub phone">
                    <Safe text={ban.reason} />
                  </span>
                </td>
                <td class="s">
                  <Safe text={ban.reason} />
                </td>
                <td class="s m">{ban.host_name ?? "every host"}</td>
                <td class="s m">
                  <Ago at={ban.created_at} now={props.ctx.now} />
                </td>
                <td>{ban.expires_at === null ? "never" : <Ago at={ban.expires_at} now={props.ctx.now} />}</td>
                <td class="r">
                  {props.may && ban.origin !== "subscription"
                    ? (
                      <PostButton
                        ctx={props.ctx}
                        action={`/bans/${encodeURIComponent(ban.id)}/delete`}
                        class="btn bare"
                      >
                        Lift
                      </PostButton>
                    )
                    : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
