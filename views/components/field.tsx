import type { Child } from "hono/jsx";
import type { FieldError, FormState } from "../model.ts";
import { FIXED_TEXT, isFixed } from "./fixed.ts";

interface Base {
  readonly form: FormState;
  /** The input's name, and where its errors point. */
  readonly name: string;
  readonly label: Child;
  readonly hint?: Child;
}

interface TextProps extends Base {
  readonly value?: string | number;
  readonly type?: string;
  readonly placeholder?: string;
  readonly autocomplete?: string;
  readonly inputmode?: "numeric" | "url" | "email";
  readonly required?: boolean;
  readonly minlength?: number;
  readonly autofocus?: boolean;
}

/** A line of text. What was typed comes back, passwords never. */
export function TextField(props: TextProps) {
  const error = errorOf(props.form.errors, props.name);
  const secret = props.type === "password";
  return (
    <div class="field">
      <label for={idOf(props.name)}>{props.label}</label>
      <input
        id={idOf(props.name)}
        name={props.name}
        type={props.type ?? "text"}
        value={secret ? "" : props.form.values[props.name] ?? props.value ?? ""}
        placeholder={props.placeholder}
        autocomplete={props.autocomplete ?? "off"}
        autocapitalize="none"
        spellcheck={false}
        inputmode={props.inputmode}
        required={props.required}
        minlength={props.minlength}
        autofocus={props.autofocus}
        readonly={isFixed(props.form.fixed, props.name)}
        aria-invalid={error === null ? undefined : "true"}
        aria-describedby={describedBy(props, error)}
      />
      <Below {...props} error={error} />
    </div>
  );
}

/** Several lines, one entry a line, or free text. */
export function AreaField(
  props: Base & { readonly value?: string; readonly rows?: number; readonly placeholder?: string },
) {
  const error = errorOf(props.form.errors, props.name);
  return (
    <div class="field">
      <label for={idOf(props.name)}>{props.label}</label>
      <textarea
        id={idOf(props.name)}
        name={props.name}
        rows={props.rows ?? 3}
        placeholder={props.placeholder}
        spellcheck={false}
        readonly={isFixed(props.form.fixed, props.name)}
        aria-invalid={error === null ? undefined : "true"}
        aria-describedby={describedBy(props, error)}
      >
        {/* The parser drops one leading line feed. */ "\n" +
          (props.form.values[props.name] ?? props.value ?? "")}
      </textarea>
      <Below {...props} error={error} />
    </div>
  );
}

export function SelectField(
  props: Base & {
    readonly value?: string | number;
    readonly options: readonly { readonly value: string; readonly text: string }[];
  },
) {
  const error = errorOf(props.form.errors, props.name);
  const chosen = props.form.values[props.name] ?? String(props.value ?? "");
  const fixed = isFixed(props.form.fixed, props.name);
  return (
    <div class="field">
      <label for={idOf(props.name)}>{props.label}</label>
      <select
        id={idOf(props.name)}
        name={props.name}
        disabled={fixed}
        aria-invalid={error === null ? undefined : "true"}
        aria-describedby={describedBy(props, error)}
      >
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === chosen}>{option.text}</option>
        ))}
      </select>
      {fixed ? <Sent name={props.name} value={chosen} /> : null}
      <Below {...props} error={error} />
    </div>
  );
}

/** On or off, with its label on the left. */
export function SwitchField(props: Base & { readonly checked?: boolean }) {
  const typed = props.form.values[props.name];
  const touched = Object.keys(props.form.values).length > 0;
  const error = errorOf(props.form.errors, props.name);
  const fixed = isFixed(props.form.fixed, props.name);
  const isOn = touched && !fixed ? typed === "on" : props.checked === true;
  return (
    <div class="opt">
      <label for={idOf(props.name)}>
        {props.label}
        {error !== null
          ? <span class="err">{said(error)}</span>
          : props.hint === undefined && !fixed
          ? null
          : <span class="hint">{fixed ? FIXED_TEXT : props.hint}</span>}
      </label>
      <input
        type="checkbox"
        role="switch"
        id={idOf(props.name)}
        name={props.name}
        value="on"
        checked={isOn}
        disabled={fixed}
      />
      {fixed && isOn ? <Sent name={props.name} value="on" /> : null}
    </div>
  );
}

/** One of a few, all in sight. */
export function SegmentedField(
  props: Base & {
    readonly value: string;
    readonly options: readonly { readonly value: string; readonly text: string }[];
  },
) {
  const error = errorOf(props.form.errors, props.name);
  const chosen = props.form.values[props.name] ?? props.value;
  return (
    <fieldset class="field">
      <legend>{props.label}</legend>
      <div class="seg">
        {props.options.map((option) => (
          <label>
            <input
              type="radio"
              id={`${idOf(props.name)}-${idOf(option.value)}`}
              name={props.name}
              value={option.value}
              checked={option.value === chosen}
            />
            {option.text}
          </label>
        ))}
      </div>
      <Below {...props} error={error} />
    </fieldset>
  );
}

/** What a field that is disabled sends all the same: the form is read as a whole. */
function Sent(props: { readonly name: string; readonly value: string }) {
  return <input type="hidden" name={props.name} value={props.value} />;
}

function Below(props: Base & { readonly error: FieldError | null }) {
  if (props.error !== null) {
    return (
      <p class="err" id={`${idOf(props.name)}-e`}>
        <span>{said(props.error)}</span>
      </p>
    );
  }
  const hint = hintOf(props);
  return hint === undefined ? null : <p class="hint" id={`${idOf(props.name)}-h`}>{hint}</p>;
}

function hintOf({ form, name, hint }: Base): Child | undefined {
  return isFixed(form.fixed, name) ? FIXED_TEXT : hint;
}

function describedBy(props: Base, error: FieldError | null): string | undefined {
  if (error !== null) return `${idOf(props.name)}-e`;
  return hintOf(props) === undefined ? undefined : `${idOf(props.name)}-h`;
}

/** The error of the field itself, or of something inside it (`domains.0` for `domains`). */
export function errorOf(errors: readonly FieldError[], name: string): FieldError | null {
  return errors.find((error) => error.field === name || error.field.startsWith(`${name}.`)) ?? null;
}

function said(error: FieldError): string {
  return [error.message, ...(error.remedy === undefined ? [] : [error.remedy])].map(sentence).join(" ");
}

function sentence(text: string): string {
  // An address or a domain stays as it was written.
  const first = /^\S+(?::\/\/|\.\w)/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function idOf(name: string): string {
  return `f-${name.replaceAll(/[^A-Za-z0-9]/g, "-")}`;
}
