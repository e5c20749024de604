import type { Hono } from "hono";
import { trafficHref } from "../../../views/components/links.ts";
import { pageEntries, type PaletteEntry, PaletteList } from "../../../views/layout/palette_list.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { fragment, wantsFragment } from "../respond.tsx";

const MOST = 8;
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/i;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)(\/\d{1,3})?$/i;

/** A page, a host, an address, a request id: where typing it leads. */
export function paletteRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/palette", async (c) => {
    const q = (c.req.query("q") ?? "").trim().slice(0, 200);
    const entries = q === ""
      ? pageEntries(c.var.signedIn.actor.role)
      : await found(q, deps, c.var.signedIn.actor);
    if (!wantsFragment(c)) return c.redirect(entries[0]?.href ?? "/", 303);
    return fragment(c, <PaletteList entries={entries} />);
  });
}

async function found(
  q: string,
  deps: AdminDeps,
  actor: AdminEnv["Variables"]["signedIn"]["actor"],
): Promise<PaletteEntry[]> {
  const entries: PaletteEntry[] = [];
  if (ULID.test(q)) {
    entries.push({
      href: `/traffic/${q.toUpperCase()}`,
      icon: "traffic",
      text: `Request ${q.toUpperCase()}`,
      aside: "request",
    });
  }
  if (ADDRESS.test(q)) {
    entries.push({
      href: trafficHref({ client: q }, { range: "24h" }),
      icon: "traffic",
      text: `Requests of ${q}`,
      aside: "24 h",
    });
  }
  const low = q.toLowerCase();
  entries.push(...pageEntries(actor.role).filter((page) => page.text.toLowerCase().includes(low)));
  if ("test a request".includes(low)) {
    entries.push({ href: "/rules/tester", icon: "rules", text: "Test a request", aside: "Rules" });
  }
  for (const host of await deps.perform(actor, "hosts.list", { q })) {
    entries.push({
      href: `/hosts/${encodeURIComponent(host.id)}`,
      icon: "hosts",
      text: host.domains[0] ?? host.id,
      aside: "host",
    });
  }
  for (const stream of await deps.perform(actor, "streams.list", { q })) {
    entries.push({
      href: `/streams/${encodeURIComponent(stream.id)}`,
      icon: "streams",
      text: stream.name,
      aside: "stream",
    });
  }
  if (entries.length < MOST) {
    const { rules } = await deps.perform(actor, "rules.list", { q });
    for (const rule of rules.slice(0, MOST)) {
      entries.push({
        href: `/rules/${encodeURIComponent(rule.id)}`,
        icon: "rules",
        text: rule.name,
        aside: rule.id,
      });
    }
  }
  const search = {
    href: trafficHref({ q }, { range: "24h" }),
    icon: "search",
    text: `Search the traffic for ${q}`,
    aside: "24 h",
  } as const;
  return [...entries.slice(0, MOST), search];
}
