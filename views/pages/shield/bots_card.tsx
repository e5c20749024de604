import { Safe } from "../../components/bytes.tsx";
import { AreaField, SelectField, SwitchField, TextField } from "../../components/field.tsx";
import { settingsForm } from "../../components/fixed.ts";
import { PostForm } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import type { BotSettings, HostBots } from "../../../src/core/host_bots.ts";
import type { FormState, ViewContext } from "../../model.ts";
import type { BotListView } from "../../model_shield.ts";
import { BotLists } from "./bot_lists.tsx";
import { ShieldCard } from "./shield.tsx";

export interface BotsCardProps {
  readonly ctx: ViewContext;
  readonly form: FormState;
  readonly settings: BotSettings;
  readonly lists: readonly BotListView[];
  readonly hosts: readonly { readonly id: string; readonly name: string; readonly bots: HostBots }[];
}

const KINDS =
  "scanner, scraper, headless, library, ai, ai_assistant, or allowed for your own clients and probes";

/** Programs that come instead of people. */
export function BotsCard({ ctx, form: given, settings, lists, hosts }: BotsCardProps) {
  const form = settingsForm(ctx, given);
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  const special = hosts.filter((host) => saidOf(host.bots) !== "");
  return (
    <ShieldCard
      title="Bots"
      text={
        <>
          A request gets points for what every browser sends and it does not, and for a program that names
          itself. From 4 points on it looks automated.{" "}
          <a href={trafficHref({ reason: "bot" }, { range: "24h" })}>Refused in 24 h</a>
        </>
      }
    >
      <PostForm ctx={ctx} action="/shield/bots" class="stack" label="Bots" state={form}>
        <fieldset class="stack" disabled={!may}>
          <SelectField
            form={form}
            name="bots.action"
            label="What looks automated"
            value={settings.action}
            options={[
              { value: "challenge", text: "is challenged" },
              { value: "block", text: "is refused" },
            ]}
            hint="Challenged where the host has a challenge. A host may say otherwise, under Bots."
          />
          <AreaField
            form={form}
            name="bots.agents"
            label="Further user agents"
            value={settings.agents.map(({ text, kind }) => `${text}: ${kind}`).join("\n")}
            placeholder="acmebot: scraper"
            hint={`One a line: a part of the user agent, and what it is (${KINDS}). ^ first: it begins so.`}
          />
          <TextField
            form={form}
            name="bots.ai_list_url"
            label="Further AI crawlers from"
            value={settings.ai_list_url}
            placeholder="https://raw.githubusercontent.com/ai-robots-txt/ai.robots.txt/main/robots.json"
            hint="A list of their names, as JSON, as a robots.txt or a name a line. Hosts that refuse AI crawlers refuse these too. Empty: only those that Aegis knows."
          />
          <SwitchField
            form={form}
            name="bots.refresh_lists"
            label="Fetch published lists every day"
            checked={settings.refresh_lists}
          />
          {may ? <button type="submit" class="btn">Save</button> : null}
        </fieldset>
      </PostForm>
      <BotLists ctx={ctx} lists={lists} may={may} />
      {special.length === 0 ? null : (
        <dl class="kv">
          {special.map(({ id, name, bots }) => (
            <>
              <dt>
                <a href={`/hosts/${encodeURIComponent(id)}/bots`}>
                  <Safe text={name} />
                </a>
              </dt>
              <dd>{saidOf(bots)}</dd>
            </>
          ))}
        </dl>
      )}
    </ShieldCard>
  );
}

/** What a host does of its own; empty: nothing. */
function saidOf({ action, block_known, block_ai, block_ai_assistants, robots }: HostBots): string {
  const refused = [
    ...(action === "block" ? ["what looks automated"] : []),
    ...(block_known ? ["known tools"] : []),
    ...(block_ai ? ["AI crawlers"] : []),
    ...(block_ai_assistants ? ["AI assistants"] : []),
  ];
  return [
    ...(refused.length === 0 ? [] : [`refuses ${refused.join(", ")}`]),
    ...(action === "off" ? ["lets pass what looks automated"] : []),
    ...(robots.enabled ? ["own robots.txt"] : []),
  ].join("; ");
}
