import { Safe } from "../../components/bytes.tsx";
import { SegmentedField, SwitchField, TextField } from "../../components/field.tsx";
import { PostButton, PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import { EMPTY_FORM, type FormState, type SessionView, type ViewContext } from "../../model.ts";

/** One's own password, open sessions, looks and keys. */
export function AccountPage(
  props: {
    readonly ctx: ViewContext;
    readonly sessions: readonly SessionView[];
    /** The session that asks. */
    readonly sessionId: string;
    readonly form: FormState;
  },
) {
  const { ctx } = props;
  return (
    <>
      <PageHead
        title={ctx.user.name}
        actions={<PostButton ctx={ctx} action="/sign-out">Sign out</PostButton>}
      >
        Your account; you are {ctx.user.role}.
      </PageHead>
      <div class="two">
        <div class="stack">
          <PostForm ctx={ctx} action="/account/preferences" class="card pad form" label="Preferences">
            <SegmentedField
              form={EMPTY_FORM}
              name="theme"
              label="Looks"
              value={ctx.theme}
              options={[
                { value: "system", text: "As the system" },
                { value: "light", text: "Light" },
                { value: "dark", text: "Dark" },
              ]}
            />
            <SwitchField
              form={EMPTY_FORM}
              name="keys"
              label="Single-letter keys"
              hint={
                <>
                  Press <kbd>?</kbd> for the list.
                </>
              }
              checked={ctx.keys}
            />
            <button type="submit" class="btn">Save preferences</button>
          </PostForm>
          <PostForm
            ctx={ctx}
            action="/account/password"
            class="card pad form"
            state={props.form}
            label="Password"
          >
            <TextField
              form={props.form}
              name="current_password"
              label="Current password"
              type="password"
              autocomplete="current-password"
              required
            />
            <TextField
              form={props.form}
              name="password"
              label="New password"
              type="password"
              autocomplete="new-password"
              minlength={12}
              hint="At least 12 characters. It ends all your sessions: sign in again afterwards."
              required
            />
            <button type="submit" class="btn">Change password</button>
          </PostForm>
        </div>
        <section class="card">
          <header>
            <h2>Open sessions</h2>
          </header>
          <ul class="list">
            {props.sessions.map((session) => (
              <li>
                <div>
                  <b>
                    <Safe text={session.address === "" ? "this machine" : session.address} />
                  </b>{" "}
                  {session.id === props.sessionId ? <span class="tag accent">this one</span> : null}
                  {session.user_id === ctx.user.id ? null : <span class="tag">{session.user_name}</span>}
                  <p class="break">
                    <Safe text={session.user_agent.slice(0, 120)} />
                  </p>
                  <p>
                    Signed in <Ago at={session.created_at} now={ctx.now} />, last seen{" "}
                    <Ago at={session.last_seen_at} now={ctx.now} />
                  </p>
                </div>
                {session.id === props.sessionId ? null : (
                  <span class="end">
                    <PostButton
                      ctx={ctx}
                      action={`/account/sessions/${encodeURIComponent(session.id)}/revoke`}
                    >
                      End
                    </PostButton>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}
