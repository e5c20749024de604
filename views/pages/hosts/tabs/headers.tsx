import { SelectField, SwitchField, TextField } from "../../../components/field.tsx";
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
      {host.kind === "proxy" ? <ProxiedHeaders host={host} form={form} /> : null}
    </>
  );
}

function ProxiedHeaders({ host, form }: Pick<TabProps, "host" | "form">) {
  return (
    <>
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
