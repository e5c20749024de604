import type { Child } from "hono/jsx";
import type { FormState, ViewContext } from "../model.ts";

/** Asks once, by name, where undo cannot help. The button that opens it has `popovertarget={id}`. */
export function ConfirmByName(
  props: {
    readonly ctx: ViewContext;
    readonly id: string;
    readonly action: string;
    readonly title: string;
    readonly name: string;
    readonly button: string;
    readonly fields?: Readonly<Record<string, string>>;
    readonly children?: Child;
  },
) {
  return (
    <div class="pop" id={props.id} popover="auto" role="dialog" aria-labelledby={`${props.id}-h`}>
      <form method="post" action={props.action} class="pad stack" hx-post={props.action} hx-target="#main">
        <input type="hidden" name="csrf" value={props.ctx.csrf} />
        {Object.entries(props.fields ?? {}).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <h2 id={`${props.id}-h`}>{props.title}</h2>
        <p class="small">{props.children}</p>
        <div class="field">
          <label for={`${props.id}-n`}>
            Type <b>{props.name}</b> to confirm
          </label>
          <input
            id={`${props.id}-n`}
            name="confirm"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            required
            pattern={literalPattern(props.name)}
            title={`Type ${props.name}`}
            placeholder={props.name}
          />
        </div>
        <Answers id={props.id} button={props.button} />
      </form>
    </div>
  );
}

/** Asks before something that can be undone later but is felt at once. */
export function Ask(
  props: {
    readonly ctx: ViewContext;
    readonly id: string;
    readonly action: string;
    readonly title: string;
    readonly button: string;
    readonly danger?: boolean;
    readonly state?: FormState;
    readonly children?: Child;
  },
) {
  return (
    <div class="pop" id={props.id} popover="auto" role="dialog" aria-labelledby={`${props.id}-h`}>
      <form method="post" action={props.action} class="pad stack" hx-post={props.action} hx-target="#main">
        <input type="hidden" name="csrf" value={props.ctx.csrf} />
        <h2 id={`${props.id}-h`}>{props.title}</h2>
        {props.children}
        <Answers id={props.id} button={props.button} main={props.danger !== true} />
      </form>
    </div>
  );
}

function Answers(props: { readonly id: string; readonly button: string; readonly main?: boolean }) {
  return (
    <div class="row">
      <span class="end" />
      <button class="btn" type="button" popovertarget={props.id} popovertargetaction="hide">Cancel</button>
      <button type="submit" class={props.main === true ? "btn main" : "btn danger"}>{props.button}</button>
    </div>
  );
}

/** A pattern that fits exactly this text, for an input's `pattern` (which is compiled with flag v). */
function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/\-&!#%,:;<=>@`~]/g, "\\$&");
}
