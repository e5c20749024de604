import names from "../../../rules/data/robots_ai.json" with { type: "json" };
import type { AiNames } from "../../core/bot_list.ts";
import type { RobotsTxt } from "../../core/host_bots.ts";

/** Names by which crawlers for AI look for themselves in robots.txt; some are no user agents of any request. */
export const AI_CRAWLERS: readonly string[] = names.crawlers;
/** Of programs that fetch for a person who asks an AI. */
export const AI_ASSISTANTS: readonly string[] = names.assistants;

/** The text of a host's robots.txt. `withAssistants`: those are asked to stay away too; `more`: names beside those known. */
export function robotsText(robots: RobotsTxt, withAssistants: boolean, more: AiNames): string {
  const groups: string[][] = [];
  if (robots.disallow_ai) {
    const agents = [
      ...AI_CRAWLERS,
      ...more.crawlers,
      ...(withAssistants ? [...AI_ASSISTANTS, ...more.assistants] : []),
    ];
    groups.push([...agents.map((name) => `User-agent: ${name}`), "Disallow: /"]);
  }
  const rules = [
    ...robots.disallow.map((path) => `Disallow: ${path}`),
    ...robots.allow.map((path) => `Allow: ${path}`),
  ];
  groups.push(["User-agent: *", ...signals(robots), ...(rules.length === 0 ? ["Allow: /"] : rules)]);
  if (robots.sitemaps.length > 0) groups.push(robots.sitemaps.map((url) => `Sitemap: ${url}`));
  if (robots.custom.length > 0) groups.push([...robots.custom]);
  return groups.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

function signals({ search, ai_input, ai_train }: RobotsTxt): string[] {
  const said = [["search", search], ["ai-input", ai_input], ["ai-train", ai_train]] as const;
  const text = said.flatMap(([name, value]) => value === null ? [] : [`${name}=${value ? "yes" : "no"}`])
    .join(", ");
  return text === "" ? [] : [`Content-Signal: ${text}`];
}
