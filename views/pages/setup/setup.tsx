import { FIXED_TEXT, isFixed } from "../../components/fixed.ts";
import { TextField } from "../../components/field.tsx";
import { EnterButton, PostForm } from "../../components/form.tsx";
import { plural } from "../../components/format.ts";
import { Note } from "../../components/note.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import { ShortHostFields, TestTargetButton } from "../hosts/short_form.tsx";
import { Steps } from "./steps.tsx";

/** Step 1, with the token of the one-time link; the person has no session yet. */
export function AccountStep(props: { readonly token: string; readonly form: FormState }) {
  return (
    <>
      <Steps current={1} />
      <form method="post" action="/setup" class="card pad form">
        <div>
          <h1 tabindex={-1}>Who will look after this machine?</h1>
          <p class="small muted">This is the owner: they may do everything, and can let others in.</p>
        </div>
        {props.form.message === null ? null : <Note kind="blocked" title={props.form.message} alert />}
        {props.token === ""
          ? (
            <TextField
              form={props.form}
              name="token"
              label="Token of the setup link"
              hint={
                <>
                  It stands in the link that Aegis printed; <code>aegis setup</code> shows it again.
                </>
              }
              required
              autofocus
            />
          )
          : <input type="hidden" name="token" value={props.token} />}
        <TextField
          form={props.form}
          name="name"
          label="User name"
          autocomplete="username"
          required
          autofocus={props.token !== ""}
        />
        <TextField
          form={props.form}
          name="password"
          label="Password"
          type="password"
          autocomplete="new-password"
          minlength={12}
          hint="At least 12 characters; several words are easier to keep than signs."
          required
        />
        <TextField
          form={props.form}
          name="email"
          label={
            <>
              E-mail <span class="muted">(optional)</span>
            </>
          }
          type="email"
          autocomplete="email"
        />
        <div class="row">
          <button type="submit" class="btn main end">Make the account</button>
        </div>
      </form>
    </>
  );
}

const LEVELS = [
  { value: "1", title: "1", text: "Few false alarms. Right for most sites." },
  { value: "2", title: "2", text: "More rules. Expect to make a few exceptions." },
  { value: "3", title: "3", text: "Strict. For sites whose every input you know." },
  { value: "4", title: "4", text: "Everything. Needs exceptions before it can enforce." },
] as const;

export function ProtectionStep(
  props: { readonly ctx: ViewContext; readonly form: FormState; readonly level: number },
) {
  const fixed = isFixed(props.ctx.fixed, "waf.paranoia_level");
  return (
    <>
      <Steps current={2} />
      <PostForm ctx={props.ctx} action="/setup/protection" class="card pad form" state={props.form}>
        <div>
          <h1 tabindex={-1}>How closely shall requests be looked at?</h1>
          <p class="small muted">You can change it at any time, and for each host.</p>
        </div>
        <fieldset class="field" disabled={fixed}>
          <legend>Paranoia</legend>
          {fixed ? <p class="hint">{FIXED_TEXT}</p> : null}
          <div class="pick">
            {LEVELS.map((level) => (
              <label>
                <input
                  type="radio"
                  name="paranoia"
                  value={level.value}
                  checked={Number(level.value) === props.level}
                />
                <span>
                  <b>{level.title}</b> <span class="muted">{level.text}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <div class="row">
          <button type="submit" class="btn main end">Go on</button>
        </div>
      </PostForm>
    </>
  );
}

export function FirstHostStep(props: { readonly ctx: ViewContext; readonly form: FormState }) {
  return (
    <>
      <Steps current={4} />
      <PostForm ctx={props.ctx} action="/setup/host" class="card pad form" state={props.form}>
        <EnterButton />
        <div>
          <h1 tabindex={-1}>Which site shall Aegis stand in front of?</h1>
          <p class="small muted">You can change everything later, and add more hosts.</p>
        </div>
        <ShortHostFields ctx={props.ctx} form={props.form} />
        <div class="row">
          <TestTargetButton />
          <a class="btn bare end" href="/setup/ready">Skip for now</a>
          <button type="submit" class="btn main">Add host and finish</button>
        </div>
      </PostForm>
    </>
  );
}

/** What a host does with findings, for who has just added it. */
const MODE_MEANS: Readonly<Record<string, string>> = {
  enforce: "Requests over the threshold are refused from now on.",
  detect: "It only detects: look at the findings for some days, then switch it to enforce.",
  off: "Its firewall is off: no request is looked at until you switch it to detect.",
};

/** `hosts`: the one that was just added, or all that there are. */
export function ReadyStep(
  props: { readonly hosts: readonly { readonly name: string; readonly mode: string }[] },
) {
  const [first] = props.hosts;
  return (
    <>
      <Steps current={5} />
      <div class="card pad form">
        <h1 tabindex={-1}>Aegis is ready</h1>
        {first === undefined
          ? <p>No host is served yet. Add the first one when you like; until then every name is refused.</p>
          : props.hosts.length > 1
          ? <p>{plural(props.hosts.length, "host")} are served.</p>
          : (
            <>
              <p>
                <b>{first.name}</b>{" "}
                is served. Point the name at this machine, and its requests appear on the dashboard as they
                come.
              </p>
              <p class="small muted">{MODE_MEANS[first.mode]}</p>
            </>
          )}
        <div class="row">
          {first === undefined ? <a class="btn" href="/hosts/new">Add a host</a> : null}
          <a class="btn main end" href="/">To the dashboard</a>
        </div>
      </div>
    </>
  );
}

/** For everybody who comes before the setup is done, without the link. */
export function SetupNeeded() {
  return (
    <div class="card pad form">
      <h1 tabindex={-1}>Aegis is not set up yet</h1>
      <p>
        Open the one-time link that it printed when it started. On the machine itself,{" "}
        <code>aegis setup</code> shows it again.
      </p>
      <div class="row">
        <a class="btn main end" href="/setup?token=">Enter the token</a>
      </div>
    </div>
  );
}
