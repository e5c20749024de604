import type { Context, Hono } from "hono";
import { EMPTY_FORM, type FormState, type RuleTestResult } from "../../../views/model.ts";
import { TestExplanation } from "../../../views/pages/rules/explanation.tsx";
import { OwnRulesPage } from "../../../views/pages/rules/own.tsx";
import { TesterPage } from "../../../views/pages/rules/tester.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { parseSequence } from "../../control/rules/sequence_lines.ts";
import { FormReader } from "../form_reader.ts";
import { parseRawRequest } from "../raw_request.ts";
import { inForceText } from "../rule_form.ts";
import { fragment, goTo, isFor, page } from "../respond.tsx";
import { ruleReasons } from "../rule_reasons.ts";
import { ruleBuilderRoutes } from "./rule_builder.tsx";
import { paranoiaOf } from "./setup.tsx";

type C = Context<AdminEnv>;

const UNSOUND = "The rules are not sound. Nothing was imported.";

/** The tester, and one's own rules: check, import, export. Registered before `/rules/:id`. */
export function ruleToolRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/rules/tester", (c) => tester(c, deps, 200, EMPTY_FORM, null));
  app.post("/rules/tester", (c) => test(c, deps));
  app.get("/rules/own", (c) => own(c, deps, 200, EMPTY_FORM, null));
  app.post("/rules/own", (c) => importRules(c, deps));
  app.post("/rules/sets/:id", async (c) => {
    const { imported } = await deps.perform(c.var.signedIn.actor, "rules.import_set", {
      id: c.req.param("id"),
    });
    return goTo(c, deps, "/rules/own", { text: `${imported} rules are in force` });
  });
  ruleBuilderRoutes(app, deps);
  app.get("/rules/export", async (c) => {
    const { text } = await deps.perform(c.var.signedIn.actor, "rules.export", {});
    c.header("content-type", "application/yaml; charset=utf-8");
    c.header("content-disposition", 'attachment; filename="aegis-rules.yaml"');
    return c.body(text);
  });
}

async function test(c: C, deps: AdminDeps): Promise<Response> {
  const { actor } = c.var.signedIn;
  const form = new FormReader(c.var.form);
  const host = form.optional("host");
  const paranoia = form.optional("paranoia");
  const rule = form.optional("rule");
  const state: FormState = { ...EMPTY_FORM, values: shown(c.var.form) };
  try {
    const sequence = form.optional("sequence");
    const result = await deps.perform(actor, "rules.test", {
      ...(sequence === undefined
        ? { request: parseRawRequest(form.raw("raw")) }
        : { sequence: parseSequence(sequence) }),
      ...(host === undefined ? {} : { host }),
      ...(paranoia === undefined ? {} : { paranoia: paranoiaOf(paranoia) }),
      ...(rule === undefined ? {} : { rule }),
    });
    return await tester(c, deps, 200, state, result);
  } catch (thrown) {
    const failure = formFailure(thrown, c.var.form);
    return tester(c, deps, failure.status, failure.form, null);
  }
}

async function tester(
  c: C,
  deps: AdminDeps,
  status: number,
  form: FormState,
  result: RuleTestResult | null,
): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const reasons = result === null ? {} : await ruleReasons(deps, actor, result.findings);
  if (isFor(c, "tested")) {
    return fragment(c, <TestExplanation result={result} reasons={reasons} form={form} />, status);
  }
  const hosts = await deps.perform(actor, "hosts.list", {});
  return page(
    c,
    deps,
    { title: "Test a request", section: "rules", status },
    <TesterPage
      ctx={view}
      hosts={hosts.map((host) => ({ id: host.id, name: host.domains[0] ?? host.id }))}
      form={form}
      result={result}
      reasons={reasons}
    />,
  );
}

async function importRules(c: C, deps: AdminDeps): Promise<Response> {
  const { actor } = c.var.signedIn;
  const file = c.var.form["file"] ?? "";
  // A file goes before a text; what is wrong in it can be corrected in the field then.
  if (file.trim() !== "") c.set("form", { ...c.var.form, file: "", text: file });
  const text = (c.var.form["text"] ?? "").replaceAll("\r\n", "\n");
  try {
    if (c.var.form["check"] !== undefined) {
      const checked = await deps.perform(actor, "rules.lint", { text });
      const message = checked.ok ? null : UNSOUND;
      const form = { values: shown(c.var.form), errors: checked.errors.map(withoutUndefined), message };
      return await own(c, deps, checked.ok ? 200 : 422, form, checked);
    }
    return goTo(c, deps, "/rules/own", {
      text: inForceText(await deps.perform(actor, "rules.import", { text })),
    });
  } catch (thrown) {
    const failure = formFailure(thrown, c.var.form);
    const message = failure.form.errors.length > 0 ? UNSOUND : failure.form.message;
    const form = file.trim() === "" ? failure.form : ofFile(failure.form);
    return own(c, deps, failure.status, { ...form, message }, null);
  }
}

/** What is wrong with the text as a whole is said of the file that was chosen, and one that is too long is not shown. */
function ofFile({ values, errors, message }: FormState): FormState {
  if (!errors.some(({ field }) => field === "text")) return { values, errors, message };
  return {
    values: { ...values, text: "" },
    errors: errors.map((error) => error.field === "text" ? { ...error, field: "the file" } : error),
    message,
  };
}

async function own(
  c: C,
  deps: AdminDeps,
  status: number,
  form: FormState,
  checked: { ok: boolean; rules: number } | null,
): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const [{ rules, families }, sets] = await Promise.all([
    deps.perform(actor, "rules.list", {}),
    deps.perform(actor, "rules.sets", {}),
  ]);
  return page(
    c,
    deps,
    { title: "Your rules", section: "rules", status },
    <OwnRulesPage
      ctx={view}
      rules={rules.filter((rule) => rule.origin !== "built-in")}
      families={new Map(families.map(({ id, name }) => [id, name]))}
      sets={sets}
      form={form}
      checked={checked}
    />,
  );
}

function shown(values: Readonly<Record<string, string>>): Record<string, string> {
  const { csrf: _, ...others } = values;
  return others;
}

function withoutUndefined(error: {
  field: string;
  message: string;
  remedy?: string | undefined;
  file?: string | undefined;
  line?: number | undefined;
}) {
  return {
    field: error.field,
    message: error.message,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(error.line === undefined ? {} : { line: error.line }),
  };
}
