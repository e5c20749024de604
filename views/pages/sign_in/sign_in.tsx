import { TextField } from "../../components/field.tsx";
import { Note } from "../../components/note.tsx";
import type { FormState } from "../../model.ts";

export function SignInPage(
  props: { readonly form: FormState; readonly next: string; readonly notice: string | null },
) {
  return (
    <>
      <form method="post" action="/sign-in" class="card pad form">
        <h1 tabindex={-1}>Sign in</h1>
        {props.notice === null ? null : <Note kind="ok">{props.notice}</Note>}
        <input type="hidden" name="next" value={props.next} />
        <TextField
          form={props.form}
          name="name"
          label="User name"
          autocomplete="username"
          required
          autofocus
        />
        <TextField
          form={props.form}
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          required
        />
        <button type="submit" class="btn main">Sign in</button>
      </form>
      <p class="small muted">
        Locked out? On the machine itself: <code>aegis user passwd NAME</code>
      </p>
    </>
  );
}
