import type { ToastMessage, ViewContext } from "../model.ts";

/** Said once after a change. Leaves after ten seconds unless it is hovered or has the focus. */
export function Toast(props: { readonly ctx: ViewContext; readonly message: ToastMessage }) {
  const undo = props.message.undo;
  return (
    <div class="toast" role="status" data-toast>
      <span>{props.message.text}</span>
      {undo === undefined
        ? null
        : (
          <form method="post" action={undo.action} hx-post={undo.action} hx-target="#main">
            <input type="hidden" name="csrf" value={props.ctx.csrf} />
            {Object.entries(undo.fields).map(([name, value]) => (
              <input type="hidden" name={name} value={value} />
            ))}
            <button type="submit" class="btn">Undo</button>
          </form>
        )}
    </div>
  );
}
