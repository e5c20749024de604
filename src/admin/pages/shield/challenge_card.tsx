import { ChallengeCard } from "../../../../views/pages/shield/challenge_card.tsx";
import { CHALLENGE_MODES } from "../../../core/challenge.ts";
import { formFailure } from "../../failure.ts";
import { FormReader } from "../../form_reader.ts";
import { goTo } from "../../respond.tsx";
import type { ShieldCardRoutes } from "./card.ts";

export const challengeCard: ShieldCardRoutes = {
  name: "challenge",
  async render(c, deps, form) {
    const { actor, view } = c.var.signedIn;
    const [status, hosts] = await Promise.all([
      deps.perform(actor, "challenge.status", {}),
      deps.perform(actor, "hosts.list", {}),
    ]);
    const shown = hosts.map(({ id, domains, challenge }) => ({ id, name: domains[0] ?? id, challenge }));
    return <ChallengeCard ctx={view} form={form} hosts={shown} {...status} />;
  },
  routes(app, deps, show) {
    app.post("/shield/challenge", async (c) => {
      const { actor } = c.var.signedIn;
      try {
        const wanted = new FormReader(c.var.form).text("challenge.mode");
        const mode = CHALLENGE_MODES.find((each) => each === wanted) ?? "managed";
        const { challenge: before } = await deps.perform(actor, "settings.get", {});
        if (mode === before.mode) return goTo(c, deps, "/shield", { text: "Nothing was changed" });
        await deps.perform(actor, "settings.update", { patch: { challenge: { mode } } });
        return goTo(c, deps, "/shield", {
          text: "Saved and in force",
          undo: { action: "/shield/challenge", fields: { "challenge.mode": before.mode } },
        });
      } catch (thrown) {
        return await show(c, { card: "challenge", ...formFailure(thrown, c.var.form, "patch.") });
      }
    });
  },
};
