import { SelectField, TextField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { FormState, UserView, ViewContext } from "../../model.ts";

export const ROLES = [
  { value: "viewer", text: "Viewer: reads" },
  { value: "operator", text: "Operator: hosts, rules, bans" },
  { value: "admin", text: "Admin: everything but owners" },
  { value: "owner", text: "Owner: everything" },
] as const;

/** Who can sign in, and when they last did. */
export function UserListPage(
  props: { readonly ctx: ViewContext; readonly users: readonly UserView[]; readonly form: FormState },
) {
  return (
    <>
      <PageHead title="Users">{plural(props.users.length, "person", "people")} can sign in here.</PageHead>
      <div class="aside">
        <div class="card">
          <div class="scroll">
            <table data-rows>
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Role</th>
                  <th class="s m">E-mail</th>
                  <th class="s">Last seen</th>
                </tr>
              </thead>
              <tbody>
                {props.users.map((user) => (
                  <tr>
                    <td>
                      <a href={`/users/${encodeURIComponent(user.id)}`}>{user.name}</a>
                      {user.id === props.ctx.user.id
                        ? (
                          <>
                            {" "}
                            <span class="tag accent">you</span>
                          </>
                        )
                        : null}
                      {user.enabled ? null : (
                        <>
                          {" "}
                          <span class="tag">disabled</span>
                        </>
                      )}
                    </td>
                    <td>{user.role}</td>
                    <td class="s m">{user.email ?? <span class="muted">none</span>}</td>
                    <td class="s">
                      {user.last_seen_at === null
                        ? <span class="muted">never</span>
                        : <Ago at={user.last_seen_at} now={props.ctx.now} />}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
        <PostForm ctx={props.ctx} action="/users" class="card pad form" state={props.form} label="Add a user">
          <h2>Add a user</h2>
          <TextField form={props.form} name="name" label="User name" required />
          <TextField
            form={props.form}
            name="email"
            label={
              <>
                E-mail <span class="muted">(optional)</span>
              </>
            }
            type="email"
          />
          <SelectField form={props.form} name="role" label="Role" value="operator" options={ROLES} />
          <TextField
            form={props.form}
            name="password"
            label="Password"
            type="password"
            autocomplete="new-password"
            minlength={12}
            hint="At least 12 characters. Hand it over in person; they can change it."
            required
          />
          <button type="submit" class="btn main">Add user</button>
        </PostForm>
      </div>
    </>
  );
}
