import { Safe } from "../../components/bytes.tsx";
import { SelectField, SwitchField, TextField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { PostButton, PostForm } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { Ago } from "../../components/time.tsx";
import { FIXED_TEXT, isFixed, settingsForm } from "../../components/fixed.ts";
import { EMPTY_FORM, type FormState, type ViewContext } from "../../model.ts";
import type { ProxiesView, ProxyView } from "../../model_shield.ts";
import { ShieldCard } from "./shield.tsx";

const HEADER_NAMES = {
  "x-forwarded-for": "X-Forwarded-For",
  forwarded: "Forwarded",
  "x-real-ip": "X-Real-IP",
  "cf-connecting-ip": "CF-Connecting-IP",
  "true-client-ip": "True-Client-IP",
  "fastly-client-ip": "Fastly-Client-IP",
} as const;

/** Published networks are one line, not hundreds. */
const MOST_ROWS = 200;

interface Props {
  readonly ctx: ViewContext;
  readonly proxies: ProxiesView;
  readonly form: FormState;
}

/** Whose word on a client's address is taken. */
export function ProxiesCard(props: Props) {
  const { ctx, proxies } = props;
  const mayChange = ctx.user.role === "admin" || ctx.user.role === "owner";
  const fixed = isFixed(ctx.fixed, "proxies.trusted");
  const may = mayChange && !fixed;
  const providers = new Set<string>(proxies.cdn.map(({ name }) => name));
  const named = proxies.trusted.filter(({ origin }) => !providers.has(origin));
  return (
    <ShieldCard
      title="Trusted proxies"
      text="A load balancer or content delivery in front of Aegis tells who the client is. Each is believed in one header; from everybody else, and in every other header, nothing is believed."
    >
      {fixed ? <p class="hint">{FIXED_TEXT}</p> : null}
      {named.length === 0
        ? <p>No address is trusted.</p>
        : (
          <ProxyTable caption="Trusted" rows={named.slice(0, MOST_ROWS)}>
            {(row) =>
              may && row.origin === "settings"
                ? (
                  <PostButton
                    ctx={ctx}
                    action="/shield/proxies/remove"
                    fields={{ network: row.network }}
                    class="btn bare"
                  >
                    Remove <span class="sr">{row.network}</span>
                  </PostButton>
                )
                : null}
          </ProxyTable>
        )}
      {proxies.proposed.length === 0 ? null : (
        <>
          <h3>Found on this machine</h3>
          <p class="hint">
            Other programs let these addresses in. {fixed
              ? "Those that are your proxies belong in proxies.trusted of the file."
              : "Trust those that are your proxies; they will be believed in X-Forwarded-For."}
          </p>
          <ProxyTable caption="Found" rows={proxies.proposed.slice(0, MOST_ROWS)} found>
            {(row) =>
              may
                ? (
                  <PostButton
                    ctx={ctx}
                    action="/shield/proxies/add"
                    fields={{ network: row.network, header: row.header }}
                  >
                    Trust <span class="sr">{row.network}</span>
                  </PostButton>
                )
                : null}
          </ProxyTable>
        </>
      )}
      <Sources {...props} />
      {may ? <AddProxy {...props} /> : null}
      <Delivery {...props} may={mayChange} />
    </ShieldCard>
  );
}

function ProxyTable(
  props: {
    readonly caption: string;
    readonly rows: readonly ProxyView[];
    /** Where they were found tells who they are, and all are believed in the same header. */
    readonly found?: boolean;
    readonly children: (row: ProxyView) => unknown;
  },
) {
  return (
    <div class="scroll">
      <table>
        <caption class="sr">{props.caption}</caption>
        <thead>
          <tr>
            <th>Network</th>
            {props.found === true ? null : <th>Header</th>}
            <th class={props.found === true ? undefined : "s"}>From</th>
            <th>
              <span class="sr">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              <td class="mono">{row.network}</td>
              {props.found === true ? null : <td>{HEADER_NAMES[row.header]}</td>}
              <td class={props.found === true ? "break" : "s"}>
                <Safe text={row.place === "" ? row.origin : row.place} />
              </td>
              <td class="r">{props.children(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Sources({ ctx, proxies }: Props) {
  if (proxies.sources.length === 0) return null;
  return (
    <>
      {proxies.sources.filter(({ problem }) => problem !== null).map((source) => (
        <Note kind="detected" title={source.path}>
          <Safe text={source.problem!} />
        </Note>
      ))}
      <div class="row">
        <span class="hint">
          {plural(proxies.sources.length, "file")} read <Ago at={proxies.sources[0]!.read_at} now={ctx.now} />
          {" "}
          and every five minutes.
        </span>
        {ctx.user.role === "viewer"
          ? null
          : <PostButton ctx={ctx} action="/shield/proxies/reload">Read again</PostButton>}
      </div>
    </>
  );
}

function AddProxy({ ctx, form }: Props) {
  return (
    <PostForm ctx={ctx} action="/shield/proxies/add" class="form" state={form} label="Trust a proxy">
      <div class="pair">
        <TextField
          form={form}
          name="network"
          label="Address or network"
          placeholder="10.0.0.5"
          required
        />
        <SelectField
          form={form}
          name="header"
          label="Believed in"
          value="x-forwarded-for"
          options={Object.entries(HEADER_NAMES).map(([value, text]) => ({ value, text }))}
        />
      </div>
      <div>
        <button type="submit" class="btn">Trust</button>
      </div>
    </PostForm>
  );
}

function Delivery({ ctx, proxies, may }: Props & { readonly may: boolean }) {
  const form = settingsForm(ctx, EMPTY_FORM);
  return (
    <>
      <h3>Content delivery</h3>
      <PostForm ctx={ctx} action="/shield/proxies/cdn" class="stack" label="Content delivery">
        <fieldset class="stack" disabled={!may}>
          {proxies.cdn.map((cdn) => (
            <SwitchField
              form={form}
              name={`proxies.cdn.${cdn.name}`}
              label={cdn.title}
              hint={
                <>
                  {plural(cdn.networks, "network")},{" "}
                  {cdn.fetched_at === null ? "as they came with this version" : (
                    <>
                      fetched <Ago at={cdn.fetched_at} now={ctx.now} />
                    </>
                  )}
                </>
              }
              checked={cdn.trusted}
            />
          ))}
          <SwitchField
            form={form}
            name="proxies.auto_trust"
            label="Trust what is found without asking"
            hint="Nothing wider than /16, or /32 in IPv6."
            checked={proxies.auto_trust}
          />
          {may
            ? (
              <div>
                <button type="submit" class="btn">Save</button>
              </div>
            )
            : null}
        </fieldset>
      </PostForm>
      {may
        ? (
          <div class="row">
            {proxies.cdn.filter(({ trusted }) => trusted).map((cdn) => (
              <PostButton ctx={ctx} action="/shield/proxies/refresh" fields={{ name: cdn.name }}>
                Fetch the networks of {cdn.title}
              </PostButton>
            ))}
          </div>
        )
        : null}
    </>
  );
}
