import { AreaField, SwitchField, TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Which pages of other origins may read this host's answers, or send it requests at all. */
export function CorsTab({ host, form }: TabProps) {
  const { cors } = host;
  return (
    <>
      <Card title="Pages of other origins">
        <SwitchField
          form={form}
          name="cors.on"
          label="Aegis answers for this host"
          hint="Off: the application says itself who may read it, and nothing below is kept. On: what it says is replaced by this."
          checked={cors !== null}
        />
        <AreaField
          form={form}
          name="cors.origins"
          label="Origins that may read answers"
          value={cors?.origins.join("\n") ?? ""}
          placeholder="https://app.example.com"
          hint={
            <>
              One a line. <code>https://*.example.com</code> is every name below it; <code>*</code>{" "}
              alone is everybody.
            </>
          }
        />
        <SwitchField
          form={form}
          name="cors.credentials"
          label="With cookies"
          hint="Pages of these origins read what their visitor may read. Not for everybody (*)."
          checked={cors?.credentials ?? false}
        />
        <SwitchField
          form={form}
          name="cors.block_foreign"
          label="Refuse requests of other origins"
          hint="Forms, scripts and WebSockets of other pages. Programs that name no origin are not meant."
          checked={cors?.block_foreign ?? false}
        />
      </Card>
      <Card title="What they may ask for">
        <TextField
          form={form}
          name="cors.methods"
          label="Methods"
          value={cors?.methods.join(" ") ?? "GET HEAD POST"}
        />
        <TextField
          form={form}
          name="cors.headers"
          label="Headers of requests"
          value={cors?.headers.join(" ") ?? "content-type"}
          hint="For example content-type authorization. * is any."
        />
        <TextField
          form={form}
          name="cors.expose_headers"
          label="Headers of answers that scripts may read"
          value={cors?.expose_headers.join(" ") ?? ""}
          placeholder="only the usual ones"
        />
        <TextField
          form={form}
          name="cors.max_age_seconds"
          label="Browsers remember this for, in seconds"
          value={cors?.max_age_seconds ?? 600}
          inputmode="numeric"
        />
      </Card>
    </>
  );
}
