import { duration } from "../../../../views/components/format.ts";
import { AttackCard } from "../../../../views/pages/shield/attack_card.tsx";
import { FormReader } from "../../form_reader.ts";
import { goTo } from "../../respond.tsx";
import type { ShieldCardRoutes } from "./card.ts";

export const attackCard: ShieldCardRoutes = {
  name: "attack",
  async render(c, deps) {
    const { actor, view } = c.var.signedIn;
    return <AttackCard ctx={view} shield={await deps.perform(actor, "shield.status", {})} />;
  },
  routes(app, deps) {
    app.post("/shield/under-attack", async (c) => {
      const minutes = new FormReader(c.var.form).whole("minutes");
      await deps.perform(c.var.signedIn.actor, "shield.under_attack", { minutes });
      return goTo(c, deps, "/shield", {
        text: minutes === 0 ? "Ended" : `Every host is under attack for ${duration(minutes * 60_000)}`,
        ...(minutes === 0 ? {} : { undo: { action: "/shield/under-attack", fields: { minutes: "0" } } }),
      });
    });
  },
};
