import type { Context } from "hono";
import { CDN_NAMES, PROXY_HEADERS } from "../../../core/trusted_proxy.ts";
import { ProxiesCard } from "../../../../views/pages/shield/proxies_card.tsx";
import type { AdminEnv } from "../../deps.ts";
import { formFailure } from "../../failure.ts";
import { FormReader } from "../../form_reader.ts";
import { goTo } from "../../respond.tsx";
import type { ShieldCardRoutes } from "./card.ts";

type C = Context<AdminEnv>;

export const proxiesCard: ShieldCardRoutes = {
  name: "proxies",
  async render(c, deps, form) {
    const { actor, view } = c.var.signedIn;
    return <ProxiesCard ctx={view} proxies={await deps.perform(actor, "proxies.list", {})} form={form} />;
  },
  routes(app, deps, show) {
    const change = (place: string, act: (c: C) => Promise<Response>) =>
      app.post(`/shield/proxies/${place}`, async (c) => {
        try {
          return await act(c);
        } catch (thrown) {
          return await show(c, { card: "proxies", ...formFailure(thrown, c.var.form) });
        }
      });

    change("add", async (c) => {
      const form = new FormReader(c.var.form);
      const network = form.text("network");
      const header = PROXY_HEADERS.find((each) => each === form.text("header")) ?? "x-forwarded-for";
      await deps.perform(c.var.signedIn.actor, "proxies.add", { network, header });
      return goTo(c, deps, "/shield", {
        text: `${network} is trusted`,
        undo: { action: "/shield/proxies/remove", fields: { network } },
      });
    });
    change("remove", async (c) => {
      const network = c.var.form["network"] ?? "";
      await deps.perform(c.var.signedIn.actor, "proxies.remove", { network });
      return goTo(c, deps, "/shield", { text: `${network} is trusted no longer` });
    });
    change("reload", async (c) => {
      await deps.perform(c.var.signedIn.actor, "proxies.reload", {});
      return goTo(c, deps, "/shield", { text: "The files were read again" });
    });
    change("refresh", async (c) => {
      const name = CDN_NAMES.find((each) => each === c.var.form["name"]) ?? CDN_NAMES[0];
      await deps.perform(c.var.signedIn.actor, "proxies.refresh_cdn", { name });
      return goTo(c, deps, "/shield", { text: "The networks were fetched" });
    });
    change("cdn", async (c) => {
      const { actor } = c.var.signedIn;
      const form = new FormReader(c.var.form);
      const { proxies: before } = await deps.perform(actor, "settings.get", {});
      const cdn = CDN_NAMES.filter((name) => form.isOn(`proxies.cdn.${name}`));
      const auto_trust = form.isOn("proxies.auto_trust");
      // Only what differs, so that what the configuration file fixes does not refuse the rest.
      const proxies = {
        ...(CDN_NAMES.every((name) => cdn.includes(name) === before.cdn.includes(name)) ? {} : { cdn }),
        ...(auto_trust === before.auto_trust ? {} : { auto_trust }),
      };
      if (Object.keys(proxies).length === 0) return goTo(c, deps, "/shield", { text: "Nothing was changed" });
      await deps.perform(actor, "settings.update", { patch: { proxies } });
      return goTo(c, deps, "/shield", { text: "Saved and in force" });
    });
  },
};
