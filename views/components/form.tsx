import type { Child } from "hono/jsx";
import type { FormState, ViewContext } from "../model.ts";
import { Note } from "./note.tsx";

/**
 * A form that posts. Works as a plain form; with script the answer (the page again, or where it leads) is put into
 * `#main` without a reload. [SECURITY] Carries the session's CSRF token.
 */
export function PostForm(
  props: {
    readonly ctx: ViewContext;
    readonly action: string;
    readonly class?: string;
    readonly id?: string;
    readonly state?: FormState;
    readonly label?: string;
    /** Notes typed changes in the save bar. */
    readonly watch?: boolean;
    /** One of its fields is a file. */
    readonly hasFile?: boolean;
    readonly children?: Child;
  },
) {
  const encoding = props.hasFile === true ? "multipart/form-data" : undefined;
  return (
    <form
      method="post"
      action={props.action}
      class={props.class ?? "form"}
      id={props.id}
      aria-label={props.label}
      data-watch={props.watch === true ? "" : undefined}
      enctype={encoding}
      hx-encoding={encoding}
      hx-post={props.action}
      hx-target="#main"
    >
      <input type="hidden" name="csrf" value={props.ctx.csrf} />
      {props.state === undefined || props.state.message === null
        ? null
        : <Note kind="blocked" title={props.state.message} alert />}
      {props.children}
    </form>
  );
}

/**
 * What Enter in a field presses, in a form whose first visible button does something else: browsers take the first submit
 * button (HTML, "implicit submission"). Stands before every other button.
 */
export function EnterButton(props: { readonly name?: string; readonly value?: string }) {
  return <button type="submit" hidden data-enter name={props.name} value={props.value} />;
}

/**
 * Attributes of what stands around a choice on which the form's fields depend: with script the whole form is posted as
 * soon as it changes, as if the button named `button` had been pressed. Without script that button is needed.
 */
export function postsOnChange(action: string, button: { readonly name: string; readonly value: string }) {
  return {
    "hx-post": action,
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-vals": JSON.stringify({ [button.name]: button.value }),
    "hx-target": "#main",
  };
}

/** One button that posts hidden fields. */
export function PostButton(
  props: {
    readonly ctx: ViewContext;
    readonly action: string;
    readonly fields?: Readonly<Record<string, string>>;
    readonly class?: string;
    readonly children?: Child;
  },
) {
  return (
    <form method="post" action={props.action} hx-post={props.action} hx-target="#main">
      <input type="hidden" name="csrf" value={props.ctx.csrf} />
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class={props.class ?? "btn"}>{props.children}</button>
    </form>
  );
}
