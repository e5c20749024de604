import { AreaField, SelectField, TextField } from "../../components/field.tsx";
import type { FormState } from "../../model.ts";

/** Names of the fields below, where errors have their place. */
export const CORRELATED_FIELDS = [
  "window_seconds",
  "threshold",
  "group_by",
  "sequence_mode",
  "trigger_rules",
  "unique_fields",
  "predicates",
] as const;

/** What requests of one client must amount to together. */
export function CorrelatedFields(props: { readonly form: FormState }) {
  const { form } = props;
  return (
    <>
      <div class="pair">
        <TextField form={form} name="threshold" label="So many requests" value="5" inputmode="numeric" />
        <TextField
          form={form}
          name="window_seconds"
          label="Within, in seconds"
          value="120"
          inputmode="numeric"
          hint="At most 3,600."
        />
      </div>
      <div class="pair">
        <SelectField form={form} name="group_by" label="Of one" value="source_64" options={GROUPS} />
        <SelectField
          form={form}
          name="unique_fields"
          label="Counted once for each"
          value=""
          options={UNIQUE}
          hint="Five different sign-ins, not one that is repeated."
        />
      </div>
      <AreaField
        form={form}
        name="predicates"
        label="Counted when"
        rows={3}
        placeholder="response.status in-list 401, 403"
        hint="One condition a line, all must hold: path, query, method, body, user_agent, header.NAME, response.status, response.size and others; equals, contains, matches, in-list, greater-than. Empty: whatever the rules below find."
      />
      <AreaField
        form={form}
        name="trigger_rules"
        label="And these rules found something in it"
        rows={3}
        placeholder="sql-injection, sql-injection-bypass"
        hint="Ids or families, a step a line. Empty: it needs no finding."
      />
      <SelectField form={form} name="sequence_mode" label="Of several steps" value="any" options={MODES} />
    </>
  );
}

const GROUPS = [
  { value: "source_64", text: "client (/64 of IPv6)" },
  { value: "source_ip", text: "address" },
  { value: "session", text: "session cookie" },
  { value: "fingerprint", text: "fingerprint" },
];
const UNIQUE = [
  { value: "", text: "request" },
  { value: "path", text: "path" },
  { value: "query", text: "query" },
  { value: "body", text: "body" },
  { value: "user_agent", text: "user agent" },
  { value: "response_status", text: "status of the answer" },
  { value: "response_size", text: "size of the answer" },
  { value: "response_content_type", text: "content type of the answer" },
];
const MODES = [
  { value: "any", text: "any, so many together" },
  { value: "distinct", text: "so many different ones" },
  { value: "ordered", text: "all, in this order" },
];
