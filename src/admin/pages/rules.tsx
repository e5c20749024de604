import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { EMPTY_FORM, type FormState, type RuleSwitch, type RuleView } from "../../../views/model.ts";
import { Toast } from "../../../views/components/toast.tsx";
import { RulePage } from "../../../views/pages/rules/detail.tsx";
import { RuleListPage } from "../../../views/pages/rules/list.tsx";
import { RuleRow } from "../../../views/pages/rules/row.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { fragment, goTo, ownPath, page } from "../respond.tsx";
import { exceptionRoutes } from "./exceptions.tsx";
import { paranoiaOf } from "./setup.tsx";

type C = Context<AdminEnv>;
/** What fits the weight of a page (45 kB). */
const ROWS = 40;
const STATES = ["on", "off", "changed", "found"] as const;

export function ruleRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/rules", (c) => list(c, deps));
  app.post("/rules/paranoia", async (c) => {
    const { actor } = c.var.signedIn;
    const before = (await deps.perform(actor, "settings.get", {})).waf.paranoia_level;
    const level = paranoiaOf(c.var.form["paranoia"]);
    await deps.perform(actor, "settings.update", { patch: { waf: { paranoia_level: level } } });
    return goTo(c, deps, "/rules", {
      text: `Paranoia ${level} is in force`,
      undo: { action: "/rules/paranoia", fields: { paranoia: String(before) } },
    });
  });
  exceptionRoutes(app, deps);
  app.get("/rules/:id", (c) => detail(c, deps, 200, EMPTY_FORM));
  app.post("/rules/:id/definition", async (c) => {
    const { id } = c.req.param();
    const form = new FormReader(c.var.form);
    const version = form.whole("version");
    try {
      form.done();
      const definition = form.text("definition");
      await deps.perform(c.var.signedIn.actor, "rules.update", { id, definition, version });
      return goTo(c, deps, `/rules/${encodeURIComponent(id)}`, { text: `${id} is in force as written` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return detail(c, deps, failure.status, inDefinition(failure.form));
    }
  });
  app.post("/rules/:id/switch", async (c) => {
    const { id } = c.req.param();
    const to = switchOf(c.var.form["switch"]);
    await deps.perform(c.var.signedIn.actor, "rules.switch", { id, switch: to });
    const back = ownPath(c.var.form["back"], "/rules");
    return goTo(c, deps, back, { text: said(id, to), ...undoOf(id, c.var.form["was"], back) });
  });
  app.post("/rules/:id/toggle", (c) => toggle(c, deps));
  app.post("/rules/:id/delete", async (c) => {
    const { id } = c.req.param();
    if (c.var.form["confirm"] !== id) {
      throw new AegisError("conflict", `the name does not fit: type ${id} to delete this rule`);
    }
    await deps.perform(c.var.signedIn.actor, "rules.delete", { id });
    return goTo(c, deps, "/rules/own", { text: `${id} is deleted` });
  });
}

async function list(c: C, deps: AdminDeps): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const q = (c.req.query("q") ?? "").trim();
  const family = c.req.query("family") ?? "";
  const state = STATES.find((known) => known === c.req.query("state"));
  const [all, settings] = await Promise.all([
    deps.perform(actor, "rules.list", {
      ...(q === "" ? {} : { q }),
      ...(family === "" ? {} : { family }),
      ...(state === undefined ? {} : { state }),
    }),
    deps.perform(actor, "settings.get", {}),
  ]);
  const pages = Math.max(1, Math.ceil(all.rules.length / ROWS));
  const number = Math.min(pages, Math.max(1, Math.trunc(Number(c.req.query("page") ?? "1")) || 1));
  return page(
    c,
    deps,
    { title: "Rules", section: "rules" },
    <RuleListPage
      ctx={view}
      rules={all.rules.slice((number - 1) * ROWS, number * ROWS)}
      families={all.families}
      family={family}
      q={q}
      state={state ?? ""}
      paranoia={settings.waf.paranoia_level}
      page={number}
      pages={pages}
      found={all.rules.length}
    />,
  );
}

/** Every error stands at the one field that there is, with its place in the rule. */
function inDefinition(form: FormState): FormState {
  const errors = form.errors.map(({ field, message, ...error }) => {
    const place = field.replace(/^rule\.?/, "");
    const isPlace = place !== "" && place !== "definition";
    return { ...error, field: "definition", message: isPlace ? `${place}: ${message}` : message };
  });
  return { ...form, errors };
}

async function detail(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const rule = await deps.perform(actor, "rules.get", { id: c.req.param("id") ?? "" });
  const days = Number(c.req.query("backtest") ?? "");
  const [all, made, backtest] = await Promise.all([
    deps.perform(actor, "rules.list", { family: rule.family }),
    deps.perform(actor, "exceptions.list", {}),
    days > 0 ? deps.perform(actor, "rules.backtest", { id: rule.id, days }) : null,
  ]);
  return page(
    c,
    deps,
    { title: rule.name, section: "rules", status },
    <RulePage
      ctx={view}
      form={form}
      rule={rule}
      exceptions={made.filter((exception) => exception.rule_id === rule.id)}
      backtest={backtest}
      familyName={all.families.find((family) => family.id === rule.family)?.name ?? rule.family}
    />,
  );
}

/** The switch in a list's row: acts at once and answers the row with an undo. */
async function toggle(c: C, deps: AdminDeps): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const id = c.req.param("id") ?? "";
  const to = switchOf(c.var.form["switch"]);
  await deps.perform(actor, "rules.switch", { id, switch: to });
  const rule: RuleView = await deps.perform(actor, "rules.get", { id });
  const { families } = await deps.perform(actor, "rules.list", { family: rule.family });
  const back = ownPath(pathShown(c), "/rules");
  return fragment(
    c,
    <>
      <RuleRow
        rule={rule}
        family={families.find((family) => family.id === rule.family)?.name ?? rule.family}
        may
      />
      <hx-partial hx-target="#toasts">
        <Toast ctx={view} message={{ text: said(id, to), ...undoOf(id, c.var.form["was"], back) }} />
      </hx-partial>
    </>,
  );
}

function pathShown(c: C): string | undefined {
  const shown = c.req.header("hx-current-url");
  if (shown === undefined || !URL.canParse(shown)) return undefined;
  const url = new URL(shown);
  return url.pathname + url.search;
}

function undoOf(id: string, was: string | undefined, back: string) {
  if (was === undefined) return {};
  return {
    undo: { action: `/rules/${encodeURIComponent(id)}/switch`, fields: { switch: switchOf(was), back } },
  };
}

function said(id: string, to: RuleSwitch): string {
  if (to === "inherit") return `${id} follows the paranoia level again`;
  return to === "on" || to === "off"
    ? `${id} is switched ${to}, on every host`
    : `${id}: ${to}, on every host`;
}

function switchOf(text: string | undefined): RuleSwitch {
  const known: readonly RuleSwitch[] = ["inherit", "on", "off", "detect", "block", "challenge"];
  const found = known.find((each) => each === text);
  if (found === undefined) throw new AegisError("invalid_input", "there is no such switch");
  return found;
}
