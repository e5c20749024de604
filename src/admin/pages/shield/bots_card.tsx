import { BOT_LISTS } from "../../../core/bot_list.ts";
import { AGENT_KINDS, type AgentEntry } from "../../../core/host_bots.ts";
import { BotsCard } from "../../../../views/pages/shield/bots_card.tsx";
import { formFailure } from "../../failure.ts";
import { FormReader } from "../../form_reader.ts";
import { goTo } from "../../respond.tsx";
import type { ShieldCardRoutes } from "./card.ts";

export const botsCard: ShieldCardRoutes = {
  name: "bots",
  async render(c, deps, form) {
    const { actor, view } = c.var.signedIn;
    const [settings, hosts, { lists }] = await Promise.all([
      deps.perform(actor, "settings.get", {}),
      deps.perform(actor, "hosts.list", {}),
      deps.perform(actor, "bots.lists", {}),
    ]);
    const shown = hosts.map(({ id, domains, bots }) => ({ id, name: domains[0] ?? id, bots }));
    return <BotsCard ctx={view} form={form} settings={settings.bots} lists={lists} hosts={shown} />;
  },
  routes(app, deps, show) {
    app.post("/shield/bots", async (c) => {
      const { actor } = c.var.signedIn;
      try {
        const form = new FormReader(c.var.form);
        const wanted = {
          action: form.text("bots.action") as "block",
          agents: agents(form),
          ai_list_url: form.text("bots.ai_list_url").trim(),
          refresh_lists: form.isOn("bots.refresh_lists"),
        };
        form.done();
        const { bots: before } = await deps.perform(actor, "settings.get", {});
        // Only what differs, so that what the configuration file fixes does not refuse the rest.
        const bots = {
          ...(wanted.action === before.action ? {} : { action: wanted.action }),
          ...(JSON.stringify(wanted.agents) === JSON.stringify(before.agents)
            ? {}
            : { agents: wanted.agents }),
          ...(wanted.ai_list_url === before.ai_list_url ? {} : { ai_list_url: wanted.ai_list_url }),
          ...(wanted.refresh_lists === before.refresh_lists ? {} : { refresh_lists: wanted.refresh_lists }),
        };
        if (Object.keys(bots).length === 0) return goTo(c, deps, "/shield", { text: "Nothing was changed" });
        await deps.perform(actor, "settings.update", { patch: { bots } });
        return goTo(c, deps, "/shield", { text: "Saved and in force" });
      } catch (thrown) {
        return await show(c, { card: "bots", ...formFailure(thrown, c.var.form, "patch.") });
      }
    });
    app.post("/shield/bots/list", async (c) => {
      try {
        const name = BOT_LISTS.find((each) => each === c.var.form["name"]) ?? BOT_LISTS[0];
        await deps.perform(c.var.signedIn.actor, "bots.take_list", { name });
        return goTo(c, deps, "/shield", { text: "The list was fetched" });
      } catch (thrown) {
        return await show(c, { card: "bots", ...formFailure(thrown, c.var.form) });
      }
    });
  },
};

/** Lines as `acmebot: scraper`; the text may hold colons. */
function agents(form: FormReader): AgentEntry[] {
  const entries: AgentEntry[] = [];
  for (const line of form.text("bots.agents").split("\n")) {
    if (line.trim() === "") continue;
    const at = line.lastIndexOf(":");
    const kind = AGENT_KINDS.find((each) => each === line.slice(at + 1).trim());
    if (at > 0 && kind !== undefined) entries.push({ text: line.slice(0, at).trim().toLowerCase(), kind });
    else {
      form.refuse(
        "bots.agents",
        `"${line.trim().slice(0, 60)}" cannot be read`,
        `write a part of the user agent, a colon and one of ${AGENT_KINDS.join(", ")}`,
      );
    }
  }
  return entries;
}
