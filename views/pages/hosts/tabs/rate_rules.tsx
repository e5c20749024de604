import { SelectField, SwitchField, TextField } from "../../../components/field.tsx";
import type { FormState } from "../../../model.ts";
import type { RateRule, RateRulePreset } from "../../../../src/core/rate_rule.ts";
import { ConditionFields } from "../condition_fields.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** What a new rule begins with. */
export type NewRateRule = RateRulePreset | "own";

export const NEW_RATE_RULES: Readonly<Record<NewRateRule, string>> = {
  "sign-in": "Failed sign-ins: 5 in 5 minutes",
  api: "An API: 600 requests a minute",
  search: "Search: 30 requests a minute",
  own: "A rule of your own",
};

const KEYS = [
  { value: "client", text: "Each visitor" },
  { value: "path", text: "Each path, whoever asks for it" },
  { value: "header", text: "Each value of a header" },
  { value: "cookie", text: "Each value of a cookie" },
  { value: "jwt-sub", text: "Each subject of a bearer token (not verified)" },
];

const ACTIONS = [
  { value: "429", text: "Answer 429 until the time is over" },
  { value: "challenge", text: "Ask for a proof first" },
  { value: "ban", text: "Ban the visitor on this host" },
];

/** So many in a time, behind the host's rate limit. */
export function RateRulesTab(props: TabProps) {
  const { host, form, newRateRule = null } = props;
  const typed = Object.keys(form.values).filter((name) => /^rate_rules\.\d+\.name$/.test(name)).length;
  const rules = newRateRule === null ? host.rate_rules : [...host.rate_rules, newRateRule];
  const rows = typed > rules.length
    ? [...rules, ...Array.from({ length: typed - rules.length }, () => null)]
    : rules;
  return (
    <>
      <Card title="Rate rules">
        <p class="small muted">
          Each counts by itself; the first whose count is used up decides. A request without the header,
          cookie or token that it is counted by is counted with its visitor's others.
        </p>
        <div class="row chips">
          <span class="small muted">Add:</span>
          {Object.entries(NEW_RATE_RULES).map(([name, text]) => (
            <a class="chip" href={`/hosts/${encodeURIComponent(host.id)}/rate-rules?add=${name}`}>{text}</a>
          ))}
        </div>
      </Card>
      {rows.map((rule, i) => <RateRuleCard form={form} i={i} rule={rule} />)}
    </>
  );
}

function RateRuleCard(
  { form, i, rule }: { readonly form: FormState; readonly i: number; readonly rule: RateRule | null },
) {
  const at = `rate_rules.${i}`;
  const [kind = "client", name = ""] = (rule?.key ?? "client").split(":");
  const number = (field: string, label: string, value: number | undefined, hint?: string) => (
    <TextField
      form={form}
      name={`${at}.${field}`}
      label={label}
      value={value ?? ""}
      inputmode="numeric"
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <Card title={`${i + 1}. ${form.values[`${at}.name`] ?? rule?.name ?? "New rule"}`}>
      <TextField
        form={form}
        name={`${at}.name`}
        label="Name"
        value={rule?.name ?? ""}
        placeholder="sign-in"
        hint="Lower-case letters, digits and hyphens. Clients that are refused can read it."
      />
      <ConditionFields form={form} at={at} when={rule?.when} example="path starts-with /api/" />
      <div class="pair">
        {number("count", "So many", rule?.count)}
        {number(
          "period_seconds",
          "Within, in seconds",
          rule?.period_seconds,
          "From the first that is counted.",
        )}
      </div>
      <div class="pair">
        <SelectField form={form} name={`${at}.key_kind`} label="Counted for" value={kind} options={KEYS} />
        <TextField
          form={form}
          name={`${at}.key`}
          label="Name of the header or cookie"
          value={name}
          placeholder="x-api-key"
        />
      </div>
      <TextField
        form={form}
        name={`${at}.statuses`}
        label="Count only answers with"
        value={rule?.statuses.join(", ") ?? ""}
        placeholder="401, 403"
        hint="Statuses of the target, to count failures. Empty: every request counts."
      />
      <div class="pair">
        <SelectField
          form={form}
          name={`${at}.action`}
          label="Then"
          value={rule?.action ?? "429"}
          options={ACTIONS}
          hint="Who has passed a challenge or is signed in is slowed, not banned."
        />
        {number("ban_seconds", "A ban lasts, in seconds", rule?.ban_seconds ?? 600)}
      </div>
      <SwitchField form={form} name={`${at}.remove`} label="Take it out" checked={false} />
    </Card>
  );
}
