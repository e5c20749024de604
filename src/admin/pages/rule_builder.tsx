import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { FIELD_NAMES, OPERATOR_NAMES } from "../../waf/condition_names.ts";
import type { BacktestView, FormState } from "../../../views/model.ts";
import { RuleBuilderPage } from "../../../views/pages/rules/builder.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { goTo, page } from "../respond.tsx";
import { atFormFields, inForceText, NEW_RULE, reshaped, ruleText } from "../rule_form.ts";

type C = Context<AdminEnv>;

/** The form for a rule of one's own. Every button posts the whole form; `do` says which it was. */
export function ruleBuilderRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get(
    "/rules/new",
    (c) => builder(c, deps, 200, { values: { ...NEW_RULE }, errors: [], message: null }, null),
  );
  app.post("/rules/new", async (c) => {
    const { actor } = c.var.signedIn;
    const values = reshaped(c.var.form);
    const pressed = c.var.form["do"] ?? "save";
    const form: FormState = { values, errors: [], message: null };
    if (pressed !== "save" && pressed !== "try") return builder(c, deps, 200, form, null);
    try {
      const text = ruleText(values);
      if (pressed === "save") {
        return goTo(c, deps, "/rules/own", {
          text: inForceText(await deps.perform(actor, "rules.import", { text })),
        });
      }
      const checked = await deps.perform(actor, "rules.lint", { text });
      if (!checked.ok) {
        throw new AegisError("invalid_input", "the rule is not sound", {
          fields: checked.errors.map(({ field, message, remedy }) => ({
            field,
            message,
            ...(remedy === undefined ? {} : { remedy }),
          })),
        });
      }
      return builder(c, deps, 200, form, await deps.perform(actor, "rules.backtest", { rule: text }));
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      const errors = atFormFields(failure.form.errors);
      return builder(c, deps, failure.status, { ...failure.form, values, errors }, null);
    }
  });
}

function builder(
  c: C,
  deps: AdminDeps,
  status: number,
  form: FormState,
  tried: BacktestView | null,
): Response {
  return page(
    c,
    deps,
    { title: "New rule", section: "rules", status },
    <RuleBuilderPage
      ctx={c.var.signedIn.view}
      form={form}
      fields={FIELD_NAMES}
      operators={OPERATOR_NAMES}
      tried={tried}
    />,
  );
}
