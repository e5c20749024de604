import type { Context, Hono } from "hono";
import { EMPTY_FORM, type FormState } from "../../../views/model.ts";
import { GeolocationPage } from "../../../views/pages/settings/geolocation.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { formFailure } from "../failure.ts";
import { FormReader } from "../form_reader.ts";
import { goTo, page } from "../respond.tsx";
import { changedSettings } from "../settings_patch.ts";

export function geolocationRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/settings/geolocation", (c) => show(c, deps, 200, EMPTY_FORM));

  app.post("/settings/geolocation", async (c) => {
    const { actor } = c.var.signedIn;
    try {
      const form = new FormReader(c.var.form);
      const wanted = {
        toggles: { geoip: form.isOn("toggles.geoip") },
        blocked_countries: form.list("blocked_countries"),
        allowed_countries: form.list("allowed_countries"),
      };
      form.done();
      const patch = changedSettings(await deps.perform(actor, "settings.get", {}), wanted);
      if (Object.keys(patch).length > 0) await deps.perform(actor, "settings.update", { patch });
      return goTo(c, deps, "/settings/geolocation", { text: "Saved and in force" });
    } catch (thrown) {
      const failure = formFailure(thrown, c.var.form, "patch.");
      return show(c, deps, failure.status, failure.form);
    }
  });
}

async function show(
  c: Context<AdminEnv>,
  deps: AdminDeps,
  status: number,
  form: FormState,
): Promise<Response> {
  const { actor, view } = c.var.signedIn;
  const [geo, settings] = await Promise.all([
    deps.perform(actor, "geo.status", {}),
    deps.perform(actor, "settings.get", {}),
  ]);
  return page(
    c,
    deps,
    { title: "Geolocation", section: "settings", status },
    <GeolocationPage ctx={view} geo={geo} settings={settings} form={form} />,
  );
}
