import { Safe } from "../../components/bytes.tsx";
import { ConfirmByName } from "../../components/confirm.tsx";
import { EnabledCard } from "../../components/enabled_card.tsx";
import { SelectField, SwitchField, TextField } from "../../components/field.tsx";
import { count, plural } from "../../components/format.ts";
import { PostButton, PostForm } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SaveBar } from "../../components/save_bar.tsx";
import { Ago } from "../../components/time.tsx";
import type { AddressListView, FormState, ViewContext } from "../../model.ts";
import { LIST_INTERVALS, ListTrouble } from "./lists.tsx";

/** One list: where it comes from, how it stands, its end. */
export function ListDetailPage(
  { ctx, list, form }: {
    readonly ctx: ViewContext;
    readonly list: AddressListView;
    readonly form: FormState;
  },
) {
  const path = `/bans/lists/${encodeURIComponent(list.id)}`;
  const may = ctx.user.role !== "viewer";
  return (
    <>
      <PageHead
        title={list.name}
        crumb={{ href: "/bans/lists", text: "Lists" }}
        actions={may && list.enabled
          ? <PostButton ctx={ctx} action={`${path}/refresh`}>Fetch now</PostButton>
          : undefined}
      >
        {summaryOf(list)} {list.fetched_at === null ? null : (
          <>
            Fetched <Ago at={list.fetched_at} now={ctx.now} />.
          </>
        )} <ListTrouble ctx={ctx} list={list} />
      </PageHead>
      <div class="aside">
        <PostForm ctx={ctx} action={path} class="card pad form" state={form} label="List" watch>
          <fieldset class="form" disabled={!may}>
            <TextField form={form} name="name" label="Name" value={list.name} required />
            <TextField form={form} name="url" label="Address" value={list.url} inputmode="url" required />
            <SelectField
              form={form}
              name="every_seconds"
              label="Fetch every"
              value={list.every_seconds}
              options={intervals(list.every_seconds)}
            />
            {list.kind === "crowdsec"
              ? (
                <TextField
                  form={form}
                  name="key"
                  label="Key"
                  type="password"
                  hint={list.has_key
                    ? "One is stored. Leave empty to keep it."
                    : "What cscli bouncers add aegis prints."}
                />
              )
              : null}
            {list.kind === "crowdsec" ? <OfferFields ctx={ctx} list={list} form={form} /> : null}
            {may ? <SaveBar discard={path} /> : null}
          </fieldset>
        </PostForm>
        <aside class="stack" aria-label="State">
          {may ? <EnabledCard ctx={ctx} path={path} noun="list" enabled={list.enabled} /> : null}
        </aside>
      </div>
      {may
        ? (
          <ConfirmByName
            ctx={ctx}
            id="delete"
            action={`${path}/delete`}
            title={`Remove ${list.name}?`}
            name={list.name}
            button="Remove list"
          >
            {plural(list.entries, "network is", "networks are")}{" "}
            let in again. This cannot be undone; disabling keeps them.
          </ConfirmByName>
        )
        : null}
    </>
  );
}

/** Bans of this Aegis, told to CrowdSec. */
function OfferFields(
  { ctx, list, form }: {
    readonly ctx: ViewContext;
    readonly list: AddressListView;
    readonly form: FormState;
  },
) {
  return (
    <>
      <SwitchField
        form={form}
        name="offers"
        label="Offer own bans to CrowdSec"
        checked={list.offers}
        hint="Bans that last at least five minutes, of addresses of the Internet. Lifting one takes it back there; so does switching this off."
      />
      <TextField
        form={form}
        name="machine"
        label="Machine"
        value={list.machine}
        placeholder="aegis"
        hint="A name that signs in there: cscli machines add aegis --auto -f -"
      />
      <TextField
        form={form}
        name="password"
        label="Its password"
        type="password"
        {...(list.has_password ? { hint: "One is stored. Leave empty to keep it." } : {})}
      />
      {list.offer_error === "" ? null : (
        <Note kind="detected" title="The last try failed">
          <Safe text={list.offer_error} />. Bans wait, and are offered when it goes again.
        </Note>
      )}
      {list.offered_at === null ? null : (
        <p class="hint">
          {count(list.offered)} of the bans in force were told, last{" "}
          <Ago at={list.offered_at} now={ctx.now} />.
        </p>
      )}
    </>
  );
}

function summaryOf(list: AddressListView): string {
  if (!list.enabled) return "Off.";
  const left = list.left_out === 0
    ? ""
    : ` ${plural(list.left_out, "entry is", "entries are")} left out: inner networks, or too wide.`;
  return `${plural(list.entries, "network")}, ${
    plural(list.answered + list.dropped, "request or connection", "requests and connections")
  } stopped.${left}`;
}

/** The usual ones, and the list's own where it is none of them. */
function intervals(own: number) {
  const value = String(own);
  const isUsual = LIST_INTERVALS.some((each) => each.value === value);
  return isUsual ? LIST_INTERVALS : [...LIST_INTERVALS, { value, text: `${count(own)} seconds` }];
}
