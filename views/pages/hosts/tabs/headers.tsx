import type { SecurityHeader } from "../../../../src/core/response_filter.ts";
import { AreaField, SelectField, SwitchField, TextField } from "../../../components/field.tsx";
import { Note } from "../../../components/note.tsx";
import { HeaderEditFields } from "../header_edit_fields.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** What requests and answers carry, and whether answers are compressed. */
export function HeadersTab({ host, form }: TabProps) {
  return (
    <>
      <Card title="Headers of answers">
        <SelectField
          form={form}
          name="security_headers"
          label="Security headers"
          value={host.security_headers}
          options={[
            { value: "off", text: "Off: only what the application sends" },
            { value: "standard", text: "Standard: where the application sends none" },
            { value: "aggressive", text: "Aggressive: may break applications" },
          ]}
        />
        <TextField
          form={form}
          name="server_header"
          label="Server"
          value={host.server_header}
          placeholder="none"
          hint="Value of the Server header. Empty: no such header."
        />
      </Card>
      <Card title="Each security header">
        {SWITCHES.map(({ name, label, hint }) => (
          <SwitchField
            form={form}
            name={`response_filter.headers.${name}`}
            label={label}
            hint={hint}
            checked={host.response_filter.headers[name]}
          />
        ))}
        <TextField
          form={form}
          name="response_filter.content_security_policy"
          label="Content-Security-Policy-Report-Only"
          value={host.response_filter.content_security_policy}
        />
      </Card>
      {host.kind === "proxy" ? <ProxiedHeaders host={host} form={form} /> : null}
    </>
  );
}

function ProxiedHeaders({ host, form }: Pick<TabProps, "host" | "form">) {
  return (
    <>
      <Card title="What leaves answers">
        <AreaField
          form={form}
          name="response_filter.remove"
          label="Headers to remove"
          value={host.response_filter.remove.join("\n")}
          placeholder="x-generator"
          hint="One a line. Server, X-Powered-By and X-AspNet-Version of the application never leave."
        />
        <SwitchField
          form={form}
          name="response_filter.same_site"
          label="SameSite=Lax for cookies that name none"
          hint="Then no other site's form acts in a visitor's name. Cookies that go with a SAML sign-in, or one by form_post, stay as they are."
          checked={host.response_filter.same_site}
        />
        <TextField
          form={form}
          name="response_filter.same_site_exempt"
          label="Cookies that stay as they are"
          value={host.response_filter.same_site_exempt.join(" ")}
          placeholder="none"
          hint="For sign-in servers: cookies that must come with a POST of another site."
        />
      </Card>
      <Card title="Edit requests">
        <HeaderEditFields
          form={form}
          name="request_headers"
          edits={host.request_headers}
          example="X-Visitor: ${request.ip}"
        />
        <Variables />
      </Card>
      <Card title="Edit answers">
        <HeaderEditFields
          form={form}
          name="response_headers"
          edits={host.response_headers}
          example="Cross-Origin-Opener-Policy: same-origin"
        />
      </Card>
      <Card title="Compression">
        <SwitchField
          form={form}
          name="compression.enabled"
          label="Compress texts"
          hint="Pages, scripts, styles and data that the application sends uncompressed, for browsers that ask for it."
          checked={host.compression.enabled}
        />
        <div class="pair">
          <TextField
            form={form}
            name="compression.min_bytes"
            label="From, in bytes"
            value={host.compression.min_bytes}
            inputmode="numeric"
            hint="Shorter answers gain nothing."
          />
          <TextField
            form={form}
            name="compression.encodings"
            label="Codings"
            value={host.compression.encodings.join(" ")}
            hint="Of zstd, br and gzip, in order of preference. Short answers get gzip, which costs least there."
          />
        </div>
        <Note kind="accent" title="Secrets in compressed pages">
          <p>
            Where a page holds a secret, such as a form token, and also repeats what the address asked for,
            somebody on the same network can guess the secret from the lengths of compressed answers (BREACH).
            Leave compression off for such applications, or let them mask their tokens.
          </p>
        </Note>
      </Card>
    </>
  );
}

const SWITCHES: readonly { readonly name: SecurityHeader; readonly label: string; readonly hint: string }[] =
  [
    { name: "content_type_options", label: "X-Content-Type-Options", hint: "Browsers do not guess types." },
    { name: "frame_options", label: "X-Frame-Options", hint: "Other sites do not frame these pages." },
    { name: "referrer_policy", label: "Referrer-Policy", hint: "Other sites learn the origin only." },
    { name: "xss_protection", label: "X-XSS-Protection", hint: "0: the old filter, itself a hole, is off." },
    {
      name: "permissions_policy",
      label: "Permissions-Policy",
      hint: "Aggressive only: no camera, microphone or location.",
    },
    {
      name: "content_security_policy",
      label: "Content-Security-Policy, report only",
      hint: "Browsers report what the policy below would refuse, and refuse nothing.",
    },
  ];

/** What values may name. */
export function Variables() {
  return (
    <p class="small muted">
      Values may hold {["path", "host", "ip", "method", "id"].map((name) => (
        <>
          <code>{`\${request.${name}}`}</code>
          {" "}
        </>
      ))}
      and <code>{"${upstream.host}"}</code>; <code>$$</code> is a dollar.
    </p>
  );
}
