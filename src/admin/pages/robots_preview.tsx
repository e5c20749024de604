import type { Context, Hono } from "hono";
import { BotsPatch } from "../../config/bots_schema.ts";
import type { AiNames } from "../../core/bot_list.ts";
import type { HostBots, RobotsTxt } from "../../core/host_bots.ts";
import { robotsText } from "../../shield/bots/robots_txt.ts";
import { RobotsPreview } from "../../../views/pages/hosts/robots_preview.tsx";
import type { AdminDeps, AdminEnv } from "../deps.ts";
import { FormReader } from "../form_reader.ts";
import { readBots } from "../host_bots_form.ts";
import { fragment } from "../respond.tsx";

type C = Context<AdminEnv>;

/** A host's robots.txt: as saved, and as it would be with what is typed. */
export function robotsPreviewRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/hosts/:id/robots-preview", async (c) => {
    const { actor } = c.var.signedIn;
    const { bots } = await deps.perform(actor, "hosts.get", { id: c.req.param("id") });
    const { ai } = await deps.perform(actor, "bots.lists", {});
    return c.text(robotsText(bots.robots, bots.block_ai_assistants, ai));
  });
  app.post("/hosts/:id/robots-preview", async (c) => {
    // Whoever may see the host may see this; nothing is changed.
    const { actor } = c.var.signedIn;
    await deps.perform(actor, "hosts.get", { id: c.req.param("id") });
    const { ai } = await deps.perform(actor, "bots.lists", {});
    return preview(c, readBots(new FormReader(c.var.form)), ai);
  });
}

function preview(c: C, typed: ReturnType<typeof readBots>, ai: AiNames): Response {
  const read = BotsPatch.safeParse(typed);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.slice(1).join(" ")}: ${message}`);
    return fragment(c, <RobotsPreview text="" faults={faults} />);
  }
  const { robots, block_ai_assistants } = read.data as Pick<HostBots, "block_ai_assistants"> & {
    robots: RobotsTxt;
  };
  return fragment(c, <RobotsPreview text={robotsText(robots, block_ai_assistants, ai)} faults={[]} />);
}
