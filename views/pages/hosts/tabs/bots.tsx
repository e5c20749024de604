import { AreaField, SelectField, SwitchField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

const ACTIONS = [
  { value: "", text: "as the settings say" },
  { value: "challenge", text: "have the challenge ask" },
  { value: "block", text: "refuse" },
  { value: "off", text: "let pass" },
];
const SAID = [{ value: "", text: "say nothing" }, { value: "yes", text: "yes" }, { value: "no", text: "no" }];

/** Programs that come instead of people, and what robots.txt asks of them. */
export function BotsTab({ host, form }: TabProps) {
  const { bots } = host;
  const { robots } = bots;
  const preview = `/hosts/${encodeURIComponent(host.id)}/robots-preview`;
  return (
    <>
      <Card title="Programs instead of people">
        <SelectField
          form={form}
          name="bots.action"
          label="Requests that look automated"
          value={bots.action ?? ""}
          options={ACTIONS}
          hint="4 points and more: the request lacks what every browser sends, or names a program. API clients and monitoring do so too: name yours under Shield, Bots as allowed, or white-list their addresses under Access."
        />
        <SwitchField
          form={form}
          name="bots.block_known"
          label="Refuse known tools"
          hint="Scanners, scrapers and browsers without a window that name themselves."
          checked={bots.block_known}
        />
        <SwitchField
          form={form}
          name="bots.block_ai"
          label="Refuse AI crawlers"
          hint="GPTBot, ClaudeBot, CCBot, Bytespider, PerplexityBot and others that gather for AI."
          checked={bots.block_ai}
        />
        <SwitchField
          form={form}
          name="bots.block_ai_assistants"
          label="Refuse AI assistants"
          hint="ChatGPT-User, Claude-User, Perplexity-User: they fetch for a person who asks."
          checked={bots.block_ai_assistants}
        />
      </Card>
      <Card title="robots.txt">
        <SwitchField
          form={form}
          name="bots.robots.enabled"
          label="Aegis answers /robots.txt"
          hint="Off: the application answers it. What it says is a request; who ignores it is refused above."
          checked={robots.enabled}
        />
        <SwitchField
          form={form}
          name="bots.robots.disallow_ai"
          label="Ask AI crawlers to stay away"
          hint="By their names, and by Google-Extended and Applebot-Extended, which exist only here."
          checked={robots.disallow_ai}
        />
        <div class="pair">
          {([["search", "May be indexed"], ["ai_input", "May feed AI answers"], [
            "ai_train",
            "May train AI",
          ]] as const).map(([key, label]) => (
            <SelectField
              form={form}
              name={`bots.robots.${key}`}
              label={label}
              value={robots[key] === null ? "" : robots[key] ? "yes" : "no"}
              options={SAID}
            />
          ))}
        </div>
        <div class="pair">
          <AreaField
            form={form}
            name="bots.robots.disallow"
            label="Paths not to be visited"
            value={robots.disallow.join("\n")}
            placeholder="/admin/"
            hint="One a line."
          />
          <AreaField
            form={form}
            name="bots.robots.allow"
            label="Paths among them that may"
            value={robots.allow.join("\n")}
            placeholder="/admin/help/"
          />
        </div>
        <AreaField
          form={form}
          name="bots.robots.sitemaps"
          label="Sitemaps"
          value={robots.sitemaps.join("\n")}
          placeholder={`https://${host.domains[0] ?? "shop.example.com"}/sitemap.xml`}
          rows={2}
        />
        <AreaField
          form={form}
          name="bots.robots.custom"
          label="Lines of your own"
          value={robots.custom.join("\n")}
          placeholder="User-agent: AcmeBot"
          hint="Written at the end as they are."
        />
        <div class="field">
          <span>Preview</span>
          <div
            id="robots-preview"
            hx-post={preview}
            hx-trigger='load, change from:"closest form" delay:150ms'
            hx-include="closest form"
            hx-target="this"
            hx-swap="innerHTML"
            aria-live="polite"
          >
            <p class="small muted">
              <a href={preview}>What is saved</a>
            </p>
          </div>
        </div>
      </Card>
    </>
  );
}
