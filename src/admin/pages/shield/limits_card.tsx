import { EMPTY_FORM } from "../../../../views/model.ts";
import { LimitsCard } from "../../../../views/pages/shield/limits_card.tsx";
import { formFailure } from "../../failure.ts";
import { FormReader } from "../../form_reader.ts";
import { goTo } from "../../respond.tsx";
import type { ShieldCardRoutes } from "./card.ts";

export const limitsCard: ShieldCardRoutes = {
  name: "limits",
  async render(c, deps, form) {
    const { actor, view } = c.var.signedIn;
    const client = c.req.query("client")?.trim() ?? "";
    const limits = await deps.perform(actor, "limits.status", {});
    const card = { ctx: view, limits, form };
    if (client === "") return <LimitsCard {...card} asked={null} lookup={EMPTY_FORM} />;
    try {
      const asked = await deps.perform(actor, "reputation.get", { id: client });
      return <LimitsCard {...card} asked={asked} lookup={EMPTY_FORM} />;
    } catch (thrown) {
      // What was typed is no address: said at its field.
      const { form: refused } = formFailure(thrown, { client });
      const errors = refused.errors.map((error) => ({ ...error, field: "client" }));
      return <LimitsCard {...card} asked={null} lookup={{ ...refused, errors }} />;
    }
  },
  routes(app, deps, show) {
    app.post("/shield/limits", async (c) => {
      try {
        const { actor } = c.var.signedIn;
        const form = new FormReader(c.var.form);
        const wanted = {
          l7_rate_limit: form.whole("l7_rate_limit"),
          l7_burst_limit: form.whole("l7_burst_limit"),
        };
        form.done();
        const before = await deps.perform(actor, "settings.get", {});
        // Only what differs, so that one that the configuration file fixes does not refuse the other.
        const patch = {
          ...(wanted.l7_rate_limit === before.l7_rate_limit ? {} : { l7_rate_limit: wanted.l7_rate_limit }),
          ...(wanted.l7_burst_limit === before.l7_burst_limit
            ? {}
            : { l7_burst_limit: wanted.l7_burst_limit }),
        };
        if (Object.keys(patch).length === 0) return goTo(c, deps, "/shield", { text: "Nothing was changed" });
        await deps.perform(actor, "settings.update", { patch });
        return goTo(c, deps, "/shield", { text: "Saved and in force" });
      } catch (thrown) {
        return await show(c, { card: "limits", ...formFailure(thrown, c.var.form, "patch.") });
      }
    });
    app.post("/shield/reputation/reset", async (c) => {
      const address = c.var.form["address"] ?? "";
      await deps.perform(c.var.signedIn.actor, "reputation.reset", { id: address });
      return goTo(c, deps, "/shield", { text: `${address} begins anew` });
    });
  },
};
