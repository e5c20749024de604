import { AreaField, SelectField } from "../../components/field.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { EMPTY_FORM, type FormState, type RuleTestResult, type ViewContext } from "../../model.ts";
import { RuleTabs } from "./rule_tabs.tsx";
import { TestExplanation } from "./explanation.tsx";

export interface TesterProps {
  readonly ctx: ViewContext;
  readonly hosts: readonly { readonly id: string; readonly name: string }[];
  readonly form: FormState;
  readonly result: RuleTestResult | null;
  readonly reasons: Readonly<Record<string, string>>;
}

const EXAMPLE = `GET /product?id=1%27%2F**%2FUNION%0aALL%2F**%2FSELECT%20NULL,email%20FROM%20users-- HTTP/1.1
Host: shop.example.com
User-Agent: Mozilla/5.0
Accept: */*
`;

const SEQUENCE_EXAMPLE = `POST /login user=u{n}&pass=x -> 401 x5
+30s GET /orders/{n} -> 200 x10
GET /search?q=1 ! sql-injection`;

/** The engine that guards the hosts, on a request of one's own. */
export function TesterPage(props: TesterProps) {
  const form = props.form === EMPTY_FORM ? { ...EMPTY_FORM, values: { raw: EXAMPLE } } : props.form;
  return (
    <>
      <PageHead title="Test a request" crumb={{ href: "/rules", text: "Rules" }}>
        The same engine that guards your hosts, at the settings of the host you choose. Nothing is sent
        anywhere.
      </PageHead>
      <RuleTabs current="tester" />
      <div class="two">
        <form
          method="post"
          action="/rules/tester"
          class="card pad form"
          hx-post="/rules/tester"
          hx-target="#tested"
          hx-trigger="submit"
          hx-swap="outerHTML"
          data-submit-keys
        >
          <input type="hidden" name="csrf" value={props.ctx.csrf} />
          <div class="pair">
            <SelectField
              form={form}
              name="host"
              label="As if sent to"
              options={[
                { value: "", text: "Any host, global settings" },
                ...props.hosts.map((host) => ({ value: host.id, text: host.name })),
              ]}
            />
            <SelectField
              form={form}
              name="paranoia"
              label="Paranoia"
              options={[
                { value: "", text: "As set" },
                ...["1", "2", "3", "4"].map((level) => ({ value: level, text: level })),
              ]}
            />
          </div>
          <AreaField
            form={form}
            name="raw"
            rows={9}
            label="Request, as raw HTTP, a curl command, or only a value"
            hint={
              <>
                Or look at <a href="/traffic?q=action%3Ablocked&range=24h">what was refused</a> today.
              </>
            }
          />
          <details open={(form.values["sequence"] ?? "") !== ""}>
            <summary>Try a sequence of requests instead, on correlated rules</summary>
            <AreaField
              form={form}
              name="sequence"
              rows={5}
              label="Requests, a line each"
              placeholder={SEQUENCE_EXAMPLE}
              hint="Method and path; then a body, -> status of the answer, x5 for five of them with {n} as number, +30s for the time before it, ! sql-injection for what is to be found in it. Empty: the request above is tested."
            />
          </details>
          <details>
            <summary>Try a rule of your own</summary>
            <AreaField
              form={form}
              name="rule"
              rows={8}
              label="Rule file in YAML, run instead of the rules in force"
              placeholder="family: custom"
            />
          </details>
          <div class="row">
            <button type="submit" class="btn main">
              Test <kbd>Ctrl Enter</kbd>
            </button>
          </div>
        </form>
        <TestExplanation result={props.result} reasons={props.reasons} form={props.form} />
      </div>
    </>
  );
}
