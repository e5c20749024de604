import { type ToggleName, TOGGLES, TogglesCard } from "../../../../views/pages/shield/toggles_card.tsx";
import { FormReader } from "../../form_reader.ts";
import { goTo } from "../../respond.tsx";
import type { ShieldCardRoutes } from "./card.ts";

const NAMES = Object.keys(TOGGLES) as readonly ToggleName[];

export const togglesCard: ShieldCardRoutes = {
  name: "toggles",
  async render(c, deps) {
    const { actor, view } = c.var.signedIn;
    const { toggles } = await deps.perform(actor, "settings.get", {});
    return <TogglesCard ctx={view} toggles={toggles} />;
  },
  routes(app, deps) {
    app.post("/shield/toggles", async (c) => {
      const { actor } = c.var.signedIn;
      const form = new FormReader(c.var.form);
      const { toggles: before } = await deps.perform(actor, "settings.get", {});
      // Only what differs, so that one that the configuration file fixes does not refuse the others.
      const changed = NAMES.filter((name) => form.isOn(`toggles.${name}`) !== before[name]);
      if (changed.length === 0) return goTo(c, deps, "/shield", { text: "Nothing was changed" });
      const toggles = Object.fromEntries(changed.map((name) => [name, !before[name]]));
      await deps.perform(actor, "settings.update", { patch: { toggles } });
      return goTo(c, deps, "/shield", { text: "Saved and in force" });
    });
  },
};
