import { AreaField, SelectField, SwitchField, TextField } from "../../../components/field.tsx";
import type { ErrorPageKey, ErrorPages } from "../../../../src/core/error_pages.ts";
import { Card, type TabProps } from "./tab_card.tsx";

const PAGES: readonly { readonly key: ErrorPageKey; readonly title: string; readonly hint: string }[] = [
  {
    key: "502",
    title: "502, the application does not answer",
    hint: "Its server is down or answers garbage.",
  },
  { key: "503", title: "503, not available now", hint: "No target is left, or too much is asked for." },
  { key: "504", title: "504, the application takes too long", hint: "The time for its answer has passed." },
  {
    key: "generic",
    title: "Every other page",
    hint: "Refusals too, and those above that have none of their own.",
  },
];

/** By their own names, as who reads them looks for them. */
const LANGUAGES: readonly { readonly value: ErrorPages["language"]; readonly text: string }[] = [
  { value: "auto", text: "What the visitor’s browser asks for" },
  { value: "en", text: "English" },
  { value: "de", text: "Deutsch" },
  { value: "fr", text: "Français" },
  { value: "es", text: "Español" },
  { value: "it", text: "Italiano" },
  { value: "pt", text: "Português" },
  { value: "nl", text: "Nederlands" },
  { value: "pl", text: "Polski" },
  { value: "ja", text: "日本語" },
  { value: "zh", text: "中文" },
];

const VARIABLES = [
  "{{STATUS_CODE}}",
  "{{STATUS_TEXT}}",
  "{{INCIDENT_ID}}",
  "{{TIMESTAMP}}",
  "{{HOST}}",
  "${{code}}",
  "${{message}}",
  "${{brand}}",
  "${{logo}}",
  "${{accent_color}}",
  "${{contact_email}}",
  "${{contact_url}}",
];

/** How the site's errors and refusals look to people. Programs get JSON, whatever stands here. */
export function ErrorPagesTab({ host, form }: TabProps) {
  const { error_pages: pages } = host;
  const preview = (status: number) => `/hosts/${encodeURIComponent(host.id)}/error-page/${status}`;
  return (
    <>
      <Card title="Look">
        <div class="pair">
          <TextField
            form={form}
            name="error_pages.brand"
            label="Name of the site"
            value={pages.brand}
            placeholder={host.domains[0] ?? ""}
          />
          <TextField
            form={form}
            name="error_pages.accent_color"
            label="Accent colour"
            value={pages.accent_color}
            placeholder="#ef4444"
          />
        </div>
        <TextField
          form={form}
          name="error_pages.logo"
          label="Logo"
          value={pages.logo}
          placeholder="https://example.com/logo.svg"
          hint="An address that works while this site is down, or data:image/png;base64,… itself."
        />
        <div class="pair">
          <TextField
            form={form}
            name="error_pages.contact_email"
            label="Contact, e-mail"
            value={pages.contact_email}
            placeholder="help@example.com"
            inputmode="email"
          />
          <TextField
            form={form}
            name="error_pages.contact_url"
            label="Contact, address"
            value={pages.contact_url}
            placeholder="https://status.example.com"
            inputmode="url"
          />
        </div>
        <SelectField
          form={form}
          name="error_pages.language"
          label="Language"
          value={pages.language}
          options={LANGUAGES}
          hint="Of the pages that have no text of your own: refusals, errors, challenges."
        />
        <SwitchField
          form={form}
          name="error_pages.intercept"
          label="Replace the application’s own 502, 503 and 504"
          hint="Only where a browser asks for a page."
          checked={pages.intercept}
        />
        <p class="row">
          Preview of what is saved:
          {[502, 503, 504, 403].map((status) => (
            <a href={preview(status)} target="_blank" rel="noopener">{status}</a>
          ))}
        </p>
      </Card>
      <Card title="Refused requests">
        <TextField
          form={form}
          name="error_pages.blocked_title"
          label="Heading"
          value={pages.blocked_title}
          placeholder="as usual, in the visitor’s language"
        />
        <AreaField
          form={form}
          name="error_pages.blocked_text"
          label="Text"
          rows={4}
          value={pages.blocked_text}
          placeholder="Call us at 555 0100 and tell us the number {{INCIDENT_ID}}."
          hint="Plain text, with the variables below. The number, the way back and “this is a mistake” stay. Of what rules, bans, countries and schemas refuse; a page of your own for every other status stands over it."
        />
      </Card>
      {PAGES.map(({ key, title, hint }) => {
        const template = pages.pages[key];
        const field = (name: string) => `error_pages.pages.${key}.${name}`;
        const isOpen = template !== undefined ||
          form.errors.some((error) => error.field.startsWith(field("")));
        return (
          <Card title={title}>
            <details open={isOpen}>
              <summary>{template === undefined ? "Write a page of your own" : "Your page"}</summary>
              <div class="form">
                <AreaField
                  form={form}
                  name={field("html")}
                  label="HTML"
                  rows={6}
                  value={template?.html ?? ""}
                  placeholder="<h1>{{STATUS_CODE}} {{STATUS_TEXT}}</h1>"
                  hint={`${hint} Empty: the default page.`}
                />
                <div class="pair">
                  <AreaField form={form} name={field("css")} label="CSS" value={template?.css ?? ""} />
                  <AreaField
                    form={form}
                    name={field("javascript")}
                    label="JavaScript"
                    value={template?.javascript ?? ""}
                    hint="Runs on the page, but not in the preview."
                  />
                </div>
              </div>
            </details>
          </Card>
        );
      })}
      <Card title="Variables">
        <p class="small muted">
          {VARIABLES.map((name) => (
            <>
              <code>{name}</code>
              {" "}
            </>
          ))}
          are filled in. The number that a visitor quotes is <code>{"{{INCIDENT_ID}}"}</code>.
        </p>
      </Card>
    </>
  );
}
