import { Empty } from "../../components/empty.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { count, plural } from "../../components/format.ts";
import { PostForm } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SearchForm } from "../../components/search_form.tsx";
import { Segments } from "../../components/tabs.tsx";
import type { BanView, BanViewName, FormState, ViewContext } from "../../model.ts";
import { ShieldTabs } from "../shield/tabs.tsx";
import { BanTable } from "./ban_table.tsx";

const BAN_TIMES = [
  { value: "3600", text: "1 hour" },
  { value: "86400", text: "1 day" },
  { value: "604800", text: "7 days" },
  { value: "", text: "for ever" },
] as const;

/** Rows of one page; a search finds the others. */
export const BANS_SHOWN = 500;

export interface BansProps {
  readonly ctx: ViewContext;
  /** At most `BANS_SHOWN` of `total`. */
  readonly bans: readonly BanView[];
  readonly total: number;
  readonly q: string;
  readonly view: BanViewName | "";
  /** Why no automatic ban is made; empty: they are. */
  readonly paused: string;
  readonly form: FormState;
  /** Where a ban may hold, besides everywhere. */
  readonly hosts: readonly { readonly id: string; readonly name: string }[];
}

/** Who is banned, why, by whom, until when, and what it did. */
export function BansPage(props: BansProps) {
  const may = props.ctx.user.role !== "viewer";
  const isWhole = props.q === "" && props.view === "";
  return (
    <>
      <PageHead title="Bans" actions={props.total === 0 ? undefined : <Exports {...props} />}>
        {isWhole && props.total === 0 ? "Nobody is banned." : `${plural(props.total, "ban")} in force.`}{" "}
        A banned client is refused before anything else looks at its request.
      </PageHead>
      <ShieldTabs current="bans" />
      {props.paused === ""
        ? null
        : <Note kind="detected" title="Automatic bans are paused">{props.paused}</Note>}
      <div class="aside">
        {isWhole && props.total === 0 ? <NobodyBanned may={may} /> : (
          <div class="stack">
            <Filter {...props} />
            <BanTable ctx={props.ctx} bans={props.bans} may={may} />
            {props.total > props.bans.length
              ? (
                <p class="small muted">
                  The newest {count(props.bans.length)} of {count(props.total)}. A search finds the others.
                </p>
              )
              : null}
          </div>
        )}
        {may ? <BanForm {...props} /> : null}
      </div>
    </>
  );
}

function NobodyBanned(props: { readonly may: boolean }) {
  return (
    <Empty
      title="Nobody is banned"
      text={
        <>
          Ban a client from one of its requests in <a href="/traffic?q=action%3Ablocked&range=24h">Traffic</a>
          {props.may ? ", or by its address here" : ""}. Your own address, loopback and{" "}
          <a href="/settings">white-listed</a> networks can never be banned.
        </>
      }
      cli="aegis ban add 203.0.113.77 --for 1d"
    />
  );
}

const VIEWS: readonly { readonly view: BanViewName | ""; readonly text: string }[] = [
  { view: "", text: "All" },
  { view: "ban", text: "Bans" },
  { view: "ip_timeout", text: "IP time-outs" },
  { view: "blacklist", text: "Black list" },
];

function Filter(props: BansProps) {
  return (
    <div class="filter">
      <SearchForm
        at="/bans"
        value={props.q}
        label="Search bans"
        placeholder="Search by network, reason or maker"
        keep={{ view: props.view }}
      />
      <Segments
        label="Which bans"
        items={VIEWS.map(({ view, text }) => ({
          href: hrefOf("/bans", props.q, view),
          text,
          current: view === props.view,
        }))}
      />
    </div>
  );
}

function Exports(props: BansProps) {
  return (
    <>
      <a class="btn" href={hrefOf("/bans/export.csv", props.q, props.view)} download hx-boost="false">CSV</a>
      <a class="btn" href={hrefOf("/bans/export.json", props.q, props.view)} download hx-boost="false">
        JSON
      </a>
    </>
  );
}

function hrefOf(path: string, q: string, view: string): string {
  const query = new URLSearchParams({ ...(q === "" ? {} : { q }), ...(view === "" ? {} : { view }) });
  return query.size === 0 ? path : `${path}?${query}`;
}

function BanForm(props: BansProps) {
  return (
    <PostForm ctx={props.ctx} action="/bans" class="card pad form" state={props.form} label="Ban an address">
      <h2>Ban an address</h2>
      <TextField
        form={props.form}
        name="network"
        label="Address or network"
        placeholder="203.0.113.0/24"
        required
      />
      <SelectField form={props.form} name="seconds" label="For" value="86400" options={BAN_TIMES} />
      <SelectField
        form={props.form}
        name="host_id"
        label="On"
        value=""
        options={[
          { value: "", text: "every host" },
          ...props.hosts.map(({ id, name }) => ({ value: id, text: name })),
        ]}
      />
      <TextField form={props.form} name="reason" label="Reason" placeholder="SQL injection scan" />
      <button type="submit" class="btn main">Ban</button>
    </PostForm>
  );
}
