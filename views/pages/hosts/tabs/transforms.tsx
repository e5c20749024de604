import { SelectField, SwitchField, TextField } from "../../../components/field.tsx";
import type { FormState } from "../../../model.ts";
import type { Transform, TransformName } from "../../../../src/core/transform.ts";
import { ConditionFields } from "../condition_fields.tsx";
import { Variables } from "./headers.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Every action, in words, with the fields that it has. */
export const TRANSFORM_TEXTS: Readonly<Record<TransformName, string>> = {
  "set-request-header": "Set a header of the request",
  "add-request-header": "Add a header to the request",
  "remove-request-header": "Remove a header of the request",
  "rewrite-path": "Rewrite the path",
  "rewrite-host": "Rewrite the host",
  "set-query": "Set a query parameter",
  "remove-query": "Remove a query parameter",
  "redirect": "Redirect",
  "set-response-header": "Set a header of the answer",
  "add-response-header": "Add a header to the answer",
  "remove-response-header": "Remove a header of the answer",
};

const REDIRECTS = [
  { value: "301", text: "301, for good" },
  { value: "302", text: "302, for now" },
  { value: "307", text: "307, for now, keeps the method" },
  { value: "308", text: "308, for good, keeps the method" },
];

/** What is done to requests and answers, in order. `add`: the action of a new one. */
export function TransformsTab(props: TabProps) {
  const { host, form, add } = props;
  const typed = Object.keys(form.values).filter((name) => /^transforms\.\d+\.action$/.test(name));
  const rows = typed.length > 0
    ? typed.map((name, i) => ({
      action: form.values[name] as TransformName,
      transform: host.transforms[i]?.action === form.values[name] ? host.transforms[i] : undefined,
    }))
    : [
      ...host.transforms.map((transform) => ({ action: transform.action, transform })),
      ...(add === null ? [] : [{ action: add, transform: undefined }]),
    ];
  return (
    <>
      <Card title="Transforms">
        <p class="small muted">
          Done from the top to the bottom, behind the header edits. Conditions look at the request as it came.
        </p>
        <Variables />
        <div class="row chips">
          <span class="small muted">Add:</span>
          {(Object.keys(TRANSFORM_TEXTS) as TransformName[]).map((action) => (
            <a class="chip" href={`/hosts/${encodeURIComponent(host.id)}/transforms?add=${action}`}>
              {TRANSFORM_TEXTS[action]}
            </a>
          ))}
        </div>
      </Card>
      {rows.map((row, i) => <TransformCard form={form} i={i} {...row} />)}
    </>
  );
}

function TransformCard(props: {
  readonly form: FormState;
  readonly i: number;
  readonly action: TransformName;
  readonly transform: Transform | undefined;
}) {
  const { form, i, action } = props;
  const field = (name: string) => `transforms.${i}.${name}`;
  const value = (name: string) => {
    const stored = (props.transform as Readonly<Record<string, unknown>> | undefined)?.[name];
    return stored === undefined ? "" : String(stored);
  };
  const text = (name: string, label: string, placeholder: string, hint?: string) => (
    <TextField
      form={form}
      name={field(name)}
      label={label}
      value={value(name)}
      placeholder={placeholder}
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <Card title={`${i + 1}. ${TRANSFORM_TEXTS[action]}`}>
      <input type="hidden" name={field("action")} value={action} />
      {action === "rewrite-path"
        ? (
          <>
            <div class="pair">
              {text("from", "Beginning", "/old", "Whole segments. Or leave it empty and write a pattern.")}
              {text("regex", "Pattern", "^/item/(\\d+)$", "Its first match is replaced.")}
            </div>
            {text("to", "By", "/new", "$1 to $9 are the groups of the pattern.")}
          </>
        )
        : action === "rewrite-host"
        ? text("to", "Host", "app.internal")
        : action === "redirect"
        ? (
          <>
            <div class="pair">
              {text("to", "To", "https://new.example.com${request.path}")}
              <SelectField
                form={form}
                name={field("status")}
                label="Status"
                value={value("status") === "" ? "302" : value("status")}
                options={REDIRECTS}
              />
            </div>
            <SwitchField
              form={form}
              name={field("keep_query")}
              label="Put the query behind it"
              checked={value("keep_query") !== "false"}
            />
          </>
        )
        : (
          <div class="pair">
            {text(
              "name",
              action.endsWith("query") ? "Parameter" : "Header",
              action.endsWith("query") ? "page" : "X-Area",
            )}
            {action.startsWith("remove-") ? null : text("value", "Value", "${request.ip}")}
          </div>
        )}
      <ConditionFields
        form={form}
        at={`transforms.${i}`}
        when={props.transform?.when}
        example={action.endsWith("-response-header")
          ? "response-headers:content-type starts-with text/html"
          : "path starts-with /blog"}
      />
      <div class="pair">
        <TextField
          form={form}
          name={field("position")}
          label="Place in the order"
          value={i + 1}
          inputmode="numeric"
        />
        <SwitchField form={form} name={field("remove")} label="Take it out" checked={false} />
      </div>
    </Card>
  );
}
