import { ConfirmByName } from "../../components/confirm.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { PostButton, PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { FormState, UserView, ViewContext } from "../../model.ts";
import { ROLES } from "./list.tsx";

/** One person: role, password, whether they may sign in. */
export function UserPage(
  props: {
    readonly ctx: ViewContext;
    readonly user: UserView;
    readonly roleForm: FormState;
    readonly passwordForm: FormState;
  },
) {
  const { ctx, user } = props;
  const path = `/users/${encodeURIComponent(user.id)}`;
  const self = user.id === ctx.user.id;
  return (
    <>
      <PageHead title={user.name} crumb={{ href: "/users", text: "Users" }}>
        Added <Ago at={user.created_at} now={ctx.now} />, {user.last_seen_at === null ? "never seen" : (
          <>
            last seen <Ago at={user.last_seen_at} now={ctx.now} />
          </>
        )}.
        {user.enabled ? "" : " May not sign in."}
      </PageHead>
      <div class="two">
        <PostForm ctx={ctx} action={`${path}/role`} class="card pad form" state={props.roleForm} label="Role">
          <SelectField form={props.roleForm} name="role" label="Role" value={user.role} options={ROLES} />
          <button type="submit" class="btn main">Save role</button>
        </PostForm>
        <div class="stack">
          {self
            ? (
              <section class="card pad stack">
                <p class="small">
                  This is you. Password, sessions and preferences are under{" "}
                  <a href="/account">your account</a>.
                </p>
              </section>
            )
            : (
              <PostForm
                ctx={ctx}
                action={`${path}/password`}
                class="card pad form"
                state={props.passwordForm}
                label="Password"
              >
                <TextField
                  form={props.passwordForm}
                  name="password"
                  label="New password"
                  type="password"
                  autocomplete="new-password"
                  minlength={12}
                  hint="At least 12 characters. It ends all sessions of this user."
                  required
                />
                <button type="submit" class="btn">Set password</button>
              </PostForm>
            )}
          {self ? null : (
            <section class="card pad stack fill">
              <PostButton
                ctx={ctx}
                action={`${path}/enabled`}
                fields={{ enabled: user.enabled ? "off" : "on" }}
              >
                {user.enabled ? "Disable user" : "Enable user"}
              </PostButton>
              <button type="button" class="btn danger" popovertarget="delete">Delete user…</button>
            </section>
          )}
        </div>
      </div>
      {self ? null : (
        <ConfirmByName
          ctx={ctx}
          id="delete"
          action={`${path}/delete`}
          title={`Delete ${user.name}?`}
          name={user.name}
          button="Delete user"
        >
          All sessions end at once. What this user changed stays in the audit log. This cannot be undone.
        </ConfirmByName>
      )}
    </>
  );
}
