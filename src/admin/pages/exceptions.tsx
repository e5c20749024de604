import type { Context, Hono } from "hono";
import { EMPTY_FORM, type ExceptionView, type FormState } from "../../../views/model.ts";
import { ExceptionsPage } from "../../../views/pages/rules/exceptions.tsx";
import { LEARNED_RULE_ID } from "../../core/learned_model.ts";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

/** What rules let pass: listed, written by hand, taken back. */
export function exceptionRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/rules/exceptions", (c) => list(c, deps, 200, EMPTY_FORM));
  app.post("/rules/exceptions", async (c) => {
    try {
      const input = inputOf(new FormReader(c.var.form));
      const made = await deps.perform(c.var.signedIn.actor, "exceptions.create", input);
      return goTo(c, deps, "/rules/exceptions", { text: `The exception for ${made.rule_id} is in force` });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form);
      return list(c, deps, failure.status, failure.form);
    }
  });
  app.post("/rules/exceptions/take-back", async (c) => {
    const ids = (c.var.form["ids"] ?? "").split(" ").filter((id) => id !== "");
    for (const id of ids) await deps.perform(c.var.signedIn.actor, "exceptions.delete", { id });
    const text = ids.length === 1 ? "The exception is taken back" : `${ids.length} exceptions are taken back`;
    return goTo(c, deps, "/rules/exceptions", { text });
  });
  app.post("/rules/exceptions/:id/delete", async (c) => {
    const { actor } = c.var.signedIn;
    const id = c.req.param("id");
    const before = (await deps.perform(actor, "exceptions.list", {})).find((each) => each.id === id);
    await deps.perform(actor, "exceptions.delete", { id });
    return goTo(c, deps, "/rules/exceptions", {
      text: "The exception is taken back",
      ...(before === undefined ? {} : { undo: { action: "/rules/exceptions", fields: fieldsOf(before) } }),
    });
  });
}

function inputOf(form: FormReader) {
  const [host, path, note] = [form.optional("host_id"), form.optional("path"), form.optional("note")];
  const targets = form.list("targets");
  const score = form.has("up_to_score") ? form.optional("up_to_score") : undefined;
  const rule = form.text("rule_id");
  if (rule === "") {
    form.refuse("rule_id", "a rule is missing", `write its id, as sqli-120 or ${LEARNED_RULE_ID}`);
  }
  if (score !== undefined && !/^-?\d{1,3}(?:\.\d{1,6})?$/.test(score)) {
    form.refuse("up_to_score", `"${score.slice(0, 40)}" is no score`, "write a number, as 2.5");
  }
  form.done();
  return {
    rule_id: rule,
    ...(host === undefined ? {} : { host_id: host }),
    ...(path === undefined ? {} : { path }),
    ...(targets.length === 0 ? {} : { targets }),
    ...(score === undefined ? {} : { up_to_score: Number(score) }),
    ...(note === undefined ? {} : { note }),
  };
}

/** [SECURITY] All of it: an undo must not come back wider than what was taken away. */
function fieldsOf(exception: ExceptionView): Record<string, string> {
  return {
    rule_id: exception.rule_id,
    host_id: exception.host_id ?? "",
    path: exception.path ?? "",
    targets: exception.targets.join("\n"),
    up_to_score: exception.up_to_score === null ? "" : String(exception.up_to_score),
    note: exception.note,
  };
}

async function list(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const host = c.req.query("host");
  const [found, hosts] = await Promise.all([
    deps.perform(actor, "exceptions.list", host === undefined ? {} : { host }),
    deps.perform(actor, "hosts.list", {}),
  ]);
  const names = hosts.map(({ id, domains }) => ({ id, name: domains[0] ?? id }));
  return page(
    c,
    deps,
    { title: "Exceptions", section: "rules", status },
    <ExceptionsPage
      ctx={view}
      exceptions={found}
      hostName={host === undefined ? null : names.find(({ id }) => id === host)?.name ?? host}
      hosts={names}
      form={form}
    />,
  );
}
