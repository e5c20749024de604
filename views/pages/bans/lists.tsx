import { Safe } from "../../components/bytes.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { count, plural } from "../../components/format.ts";
import { PostButton, PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import { Dot, type DotState } from "../../components/verdict.tsx";
import type { AddressListView, FormState, ViewContext } from "../../model.ts";
import { ShieldTabs } from "../shield/tabs.tsx";
import { Stopped } from "./ban_table.tsx";

const KINDS = [
  { value: "networks", text: "Addresses, one a line" },
  { value: "crowdsec", text: "CrowdSec Local API" },
] as const;

export const LIST_INTERVALS = [
  { value: "60", text: "minute" },
  { value: "3600", text: "hour" },
  { value: "43200", text: "12 hours" },
  { value: "86400", text: "day" },
] as const;

export interface ListsProps {
  readonly ctx: ViewContext;
  readonly lists: readonly AddressListView[];
  readonly form: FormState;
}

/** Lists that others keep: who is on one that is on is banned everywhere. */
export function ListsPage(props: ListsProps) {
  const may = props.ctx.user.role !== "viewer";
  const on = props.lists.filter((list) => list.enabled);
  const entries = on.reduce((sum, list) => sum + list.entries, 0);
  return (
    <>
      <PageHead title="Lists">
        {plural(on.length, "list")} {on.length === 1 ? "is" : "are"} on, with{" "}
        {plural(entries, "network")}. Who is on one of them is kept out of every host; white lists stand over
        them.
      </PageHead>
      <ShieldTabs current="lists" />
      <div class="aside">
        <div class="card">
          <div class="scroll" tabindex={0} role="region" aria-label="Subscribed lists">
            <table data-rows>
              <thead>
                <tr>
                  <th>List</th>
                  <th class="r">Networks</th>
                  <th class="r s">Stopped</th>
                  <th class="s">Fetched</th>
                  <th>
                    <span class="sr">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>{props.lists.map((list) => <Row ctx={props.ctx} list={list} may={may} />)}</tbody>
            </table>
          </div>
        </div>
        {may ? <AddForm {...props} /> : null}
      </div>
    </>
  );
}

function Row(props: { readonly ctx: ViewContext; readonly list: AddressListView; readonly may: boolean }) {
  const { ctx, list } = props;
  const path = `/bans/lists/${encodeURIComponent(list.id)}`;
  return (
    <tr>
      <td>
        <span class="row">
          <ListDot list={list} />
          <a href={path}>{list.name}</a>
        </span>
        <ListTrouble ctx={ctx} list={list} />
      </td>
      <td class="r">{list.enabled ? count(list.entries) : ""}</td>
      <td class="r s">
        <Stopped {...list} />
      </td>
      <td class="s keep">
        {list.fetched_at === null ? "never" : <Ago at={list.fetched_at} now={ctx.now} />}
      </td>
      <td class="r">
        {props.may
          ? (
            <PostButton
              ctx={ctx}
              action={`${path}/enabled`}
              fields={{ enabled: list.enabled ? "off" : "on" }}
              class="btn bare"
            >
              {list.enabled ? "Disable" : "Enable"}
            </PostButton>
          )
          : null}
      </td>
    </tr>
  );
}

const STATES: Readonly<Record<AddressListView["state"], readonly [DotState, string]>> = {
  off: ["off", "off"],
  waiting: ["slow", "not fetched yet"],
  fresh: ["up", "fresh"],
  stale: ["slow", "its last good state is in force"],
  failed: ["down", "it could not be fetched"],
};

function ListDot({ list }: { readonly list: AddressListView }) {
  const [state, label] = STATES[list.state];
  return <Dot state={state} label={label} />;
}

/** Why the last try failed, and what is in force meanwhile. */
export function ListTrouble({ ctx, list }: { readonly ctx: ViewContext; readonly list: AddressListView }) {
  if (list.error === "" || list.tried_at === null || !list.enabled) return null;
  return (
    <span class="sub">
      <Ago at={list.tried_at} now={ctx.now} />: <Safe text={list.error} />.{" "}
      {list.fetched_at === null ? "Nothing of it is in force." : "Its last good state is in force."}
    </span>
  );
}

function AddForm(props: ListsProps) {
  const { form } = props;
  return (
    <PostForm ctx={props.ctx} action="/bans/lists" class="card pad form" state={form} label="Add a list">
      <h2>Add a list</h2>
      <TextField form={form} name="name" label="Name" placeholder="Neighbours' list" required />
      <SelectField form={form} name="kind" label="What it is" value="networks" options={KINDS} />
      <TextField
        form={form}
        name="url"
        label="Address"
        inputmode="url"
        placeholder="https://lists.example/hostile.txt"
        required
      />
      <SelectField
        form={form}
        name="every_seconds"
        label="Fetch every"
        value="43200"
        options={LIST_INTERVALS}
      />
      <TextField
        form={form}
        name="key"
        label="Key"
        type="password"
        hint="Only for CrowdSec: what cscli bouncers add aegis prints."
      />
      <button type="submit" class="btn main">Add list</button>
    </PostForm>
  );
}
