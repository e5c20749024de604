import { count } from "../../components/format.ts";
import { FIXED_TEXT, isFixed } from "../../components/fixed.ts";
import { PostButton } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SearchForm } from "../../components/search_form.tsx";
import type { FamilyView, RuleView, ViewContext } from "../../model.ts";
import { RuleTabs } from "./rule_tabs.tsx";
import { RuleTable } from "./table.tsx";

export interface RuleListProps {
  readonly ctx: ViewContext;
  /** The rules of this page of the list. */
  readonly rules: readonly RuleView[];
  readonly families: readonly FamilyView[];
  readonly family: string;
  readonly q: string;
  readonly state: string;
  readonly paranoia: number;
  readonly page: number;
  readonly pages: number;
  /** How many fit the filter. */
  readonly found: number;
}

const STATES = [
  { id: "", text: "Every state" },
  { id: "found", text: "Found something" },
  { id: "changed", text: "Switched by hand" },
  { id: "off", text: "Off" },
];

const FAMILIES_IN_SIGHT = 5;

/** What is in force, what it finds, and the switch of each. */
export function RuleListPage(props: RuleListProps) {
  const total = props.families.reduce((sum, family) => sum + family.rules, 0);
  const on = props.families.reduce((sum, family) => sum + family.enabled, 0);
  const names = new Map(props.families.map((family) => [family.id, family.name]));
  const may = props.ctx.user.role !== "viewer";
  return (
    <>
      <PageHead title="Rules" actions={<a class="btn" href="/rules/tester">Test a request</a>}>
        {count(total)} rules in {props.families.length} families. At paranoia {props.paranoia}, {count(on)}
        {" "}
        are in force.
      </PageHead>
      <RuleTabs current="all" />
      <div class="filter">
        <SearchForm
          at="/rules"
          value={props.q}
          label="Filter rules"
          placeholder="Filter by name, id, CVE or tag"
          keep={{ family: props.family }}
        />
        {props.ctx.user.role === "admin" || props.ctx.user.role === "owner"
          ? <ParanoiaSwitch {...props} />
          : null}
      </div>
      <Families {...props} total={total} />
      <div class="card">
        <RuleTable
          rules={props.rules}
          families={names}
          may={may}
          empty={
            <>
              No rule fits. <a href="/rules">Show all</a>
            </>
          }
        />
        <footer class="row">
          {count(props.rules.length)} of {count(props.found)}
          <span class="end row">
            {props.page > 1 ? <a href={href({ ...props, page: props.page - 1 })}>Before</a> : null}
            {props.page < props.pages ? <a href={href({ ...props, page: props.page + 1 })}>Next</a> : null}
          </span>
        </footer>
      </div>
    </>
  );
}

function ParanoiaSwitch(props: RuleListProps) {
  const fixed = isFixed(props.ctx.fixed, "waf.paranoia_level");
  return (
    <form
      method="post"
      action="/rules/paranoia"
      class="row small"
      hx-post="/rules/paranoia"
      hx-trigger="change, submit"
      hx-target="#main"
    >
      <input type="hidden" name="csrf" value={props.ctx.csrf} />
      <fieldset class="row" disabled={fixed}>
        <legend class="sr">Paranoia</legend>
        <span aria-hidden="true">Paranoia</span>
        <div class="seg">
          {[1, 2, 3, 4].map((level) => (
            <label>
              <input type="radio" name="paranoia" value={level} checked={level === props.paranoia} />
              {level}
            </label>
          ))}
        </div>
      </fieldset>
      {fixed ? <span class="hint">{FIXED_TEXT}</span> : (
        <noscript>
          <button type="submit" class="btn">Set</button>
        </noscript>
      )}
    </form>
  );
}

function Families(props: RuleListProps & { readonly total: number }) {
  const current = props.families.find((family) => family.id === props.family);
  // The chosen one always stands in sight.
  const sorted = current === undefined
    ? props.families
    : [current, ...props.families.filter((family) => family !== current)];
  const first = sorted.slice(0, FAMILIES_IN_SIGHT);
  const rest = sorted.slice(FAMILIES_IN_SIGHT);
  return (
    <>
      <nav class="filter chips" aria-label="Families">
        <a
          class="chip"
          href={href({ ...props, family: "", page: 1 })}
          aria-current={props.family === "" ? "true" : undefined}
        >
          Every family {count(props.total)}
        </a>
        {first.map((family) => familyChip(props, family))}
        {rest.length === 0 ? null : (
          <details class="more">
            <summary class="chip">{rest.length} more</summary>
            <span class="row">{rest.map((family) => familyChip(props, family))}</span>
          </details>
        )}
      </nav>
      <nav class="filter chips" aria-label="State">
        {STATES.map((state) => (
          <a
            class="chip"
            href={href({ ...props, state: state.id, page: 1 })}
            aria-current={state.id === props.state ? "true" : undefined}
          >
            {state.text}
          </a>
        ))}
        {current === undefined || props.ctx.user.role === "viewer" ? null : (
          <span class="end row">
            <PostButton
              ctx={props.ctx}
              action={`/rules/${encodeURIComponent(current.id)}/switch`}
              fields={{
                switch: current.switch === "off" ? "inherit" : "off",
                was: current.switch,
                back: `/rules?family=${encodeURIComponent(current.id)}`,
              }}
            >
              {current.switch === "off" ? "Switch the family on" : "Switch the family off"}
            </PostButton>
          </span>
        )}
      </nav>
    </>
  );
}

function familyChip(props: RuleListProps, family: FamilyView) {
  return (
    <a
      class="chip"
      href={href({ ...props, family: family.id, page: 1 })}
      aria-current={family.id === props.family ? "true" : undefined}
    >
      {family.name} {family.enabled < family.rules ? `${family.enabled}/${family.rules}` : family.rules}
    </a>
  );
}

function href(state: Pick<RuleListProps, "q" | "family" | "state" | "page">): string {
  const query = new URLSearchParams();
  if (state.q !== "") query.set("q", state.q);
  if (state.family !== "") query.set("family", state.family);
  if (state.state !== "") query.set("state", state.state);
  if (state.page > 1) query.set("page", String(state.page));
  return query.size === 0 ? "/rules" : `/rules?${query}`;
}
