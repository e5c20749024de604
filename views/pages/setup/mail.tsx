import { PostForm } from "../../components/form.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import { SmtpFields } from "../notifications/smtp_fields.tsx";
import { Steps } from "./steps.tsx";

/** Step 3, which may be left out: how Aegis reaches people. */
export function MailStep(props: { readonly ctx: ViewContext; readonly form: FormState }) {
  return (
    <>
      <Steps current={3} />
      <PostForm ctx={props.ctx} action="/setup/mail" class="card pad form" state={props.form}>
        <div>
          <h1 tabindex={-1}>Whom shall Aegis tell by mail?</h1>
          <p class="small muted">
            Of attacks, bans, certificates and trouble, at most 30 messages an hour. You can do this later,
            with webhooks too, under Notifications.
          </p>
        </div>
        <SmtpFields form={props.form} channel={null} />
        <div class="row">
          <a class="btn bare end" href="/setup/host">Skip for now</a>
          <button type="submit" class="btn main">Save and go on</button>
        </div>
      </PostForm>
    </>
  );
}
