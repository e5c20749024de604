import type { Context, Hono } from "hono";
import { AegisError } from "../../core/errors.ts";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { CertificatePage } from "../../../views/pages/certificates/detail.tsx";
import { CertificatesPage } from "../../../views/pages/certificates/list.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";

type C = Context<AdminEnv>;

export function certificateRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/certificates", (c) => list(c, deps, 200, EMPTY_FORM));
  app.post("/certificates", (c) => upload(c, deps, null));
  app.get("/certificates/:id", (c) => detail(c, deps, c.req.param("id"), 200, EMPTY_FORM));
  app.post("/certificates/:id", (c) => upload(c, deps, c.req.param("id")));
  app.post("/certificates/:id/delete", async (c) => {
    const { actor } = c.var.signedIn;
    const id = c.req.param("id");
    const { names, subject } = await deps.perform(actor, "certificates.show", { id });
    const name = names[0] ?? subject;
    if (c.var.form["confirm"] !== name) {
      throw new AegisError("conflict", `the name does not fit: type ${name} to delete this certificate`);
    }
    await deps.perform(actor, "certificates.delete", { id });
    return goTo(c, deps, "/certificates", { text: `The certificate for ${name} is deleted` });
  });
}

/** `id`: of the certificate whose place it takes; null: it is a new one. */
async function upload(c: C, deps: AdminDeps, id: string | null): Promise<Response> {
  try {
    const form = new FormReader(c.var.form);
    const stored = await deps.perform(c.var.signedIn.actor, "certificates.upload", {
      certificate: form.text("certificate"),
      key: form.text("key"),
      ...(id === null ? {} : { id }),
    });
    const name = stored.names[0] ?? stored.subject;
    return goTo(c, deps, `/certificates/${encodeURIComponent(stored.id)}`, {
      text: [`The certificate for ${name} is stored`, ...stored.warnings].join(". "),
    });
  } catch (thrown) {
    const failure = formFailure(thrown, withoutKey(c.var.form));
    return id === null
      ? list(c, deps, failure.status, failure.form)
      : detail(c, deps, id, failure.status, failure.form);
  }
}

/** [SECURITY] A key that was typed is not sent back in the page. */
function withoutKey(form: Readonly<Record<string, string>>): Record<string, string> {
  const { key: _key, ...rest } = form;
  return rest;
}

async function list(c: C, deps: AdminDeps, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const certificates = await deps.perform(actor, "certificates.list", {});
  return page(
    c,
    deps,
    { title: "Certificates", section: "certificates", status },
    <CertificatesPage ctx={view} certificates={certificates} form={form} />,
  );
}

async function detail(c: C, deps: AdminDeps, id: string, status: number, form: FormState): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const certificate = await deps.perform(actor, "certificates.show", { id });
  return page(
    c,
    deps,
    { title: certificate.names[0] ?? certificate.subject, section: "certificates", status },
    <CertificatePage ctx={view} certificate={certificate} form={form} />,
  );
}
