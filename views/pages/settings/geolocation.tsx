import { Safe } from "../../components/bytes.tsx";
import { AreaField, SwitchField } from "../../components/field.tsx";
import { bytes } from "../../components/format.ts";
import { settingsForm } from "../../components/fixed.ts";
import { PostForm } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SaveBar } from "../../components/save_bar.tsx";
import { Ago } from "../../components/time.tsx";
import { Dot } from "../../components/verdict.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import type { CountrySettings, GeoFileView, GeoView } from "../../model_geo.ts";

interface Props {
  readonly ctx: ViewContext;
  readonly geo: GeoView;
  readonly settings: CountrySettings;
  readonly form: FormState;
}

/** Where clients are found to be, from which files, and who may not come in. */
export function GeolocationPage(props: Props) {
  const { ctx, geo } = props;
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  return (
    <>
      <PageHead title="Geolocation">
        Countries of clients come from files on this machine; no address is ever sent elsewhere. Part of the
        {" "}
        <a href="/settings">settings</a>.
      </PageHead>
      <div class="stack narrow">
        {geo.files.filter(({ error }) => error !== null).map((file) => (
          <Note kind="blocked" title="A database cannot be used" alert>
            <Safe text={`${file.path}: ${file.error}.`} /> {file.built_at !== null
              ? "The last good copy stays in use."
              : file.role === "asn"
              ? "Until then nobody's network (AS) is known."
              : "Until then no country is known, and nobody is refused by it."}
          </Note>
        ))}
        {geo.files.map((file) => <File file={file} geo={geo} now={ctx.now} />)}
        <PostForm
          ctx={ctx}
          action="/settings/geolocation"
          class="stack"
          state={props.form}
          label="Countries"
          watch
        >
          <fieldset class="stack" disabled={!may}>
            <Countries {...props} form={settingsForm(ctx, props.form)} />
            {may ? <SaveBar discard="/settings/geolocation" /> : null}
          </fieldset>
        </PostForm>
      </div>
    </>
  );
}

function File(
  { file, geo, now }: { readonly file: GeoFileView; readonly geo: GeoView; readonly now: number },
) {
  return (
    <section class="card">
      <header>
        <h2>{file.role === "asn" ? "Networks" : "Countries and cities"}</h2>
      </header>
      <dl class="pad kv">
        <dt>State</dt>
        <dd>
          <span class="row">
            <Dot state={file.error !== null ? "down" : geo.enabled ? "up" : "off"} />
            {file.error === null ? geo.enabled ? "in use" : "read, but switched off" : "has a problem"}
          </span>
        </dd>
        <dt>File</dt>
        <dd class="mono break">
          {file.origin === "built-in" ? "built in" : <Safe text={file.path} />}
        </dd>
        {file.type === null || file.built_at === null ? null : (
          <>
            <dt>Database</dt>
            <dd>
              <Safe text={file.type} />, {bytes(file.bytes)}
            </dd>
            <dt>Build date</dt>
            <dd>
              <Ago at={file.built_at} now={now} />
            </dd>
          </>
        )}
        {file.licence === "" ? null : (
          <>
            <dt>Licence</dt>
            <dd>{file.licence}</dd>
          </>
        )}
        <dt>Next refresh</dt>
        <dd>
          {file.origin === "built-in"
            ? "with the next version of Aegis; name a newer file by geoip_db_path in aegis.yml"
            : "within a minute of the file's replacement"}
        </dd>
      </dl>
    </section>
  );
}

function Countries({ settings, form }: Props) {
  return (
    <section class="card">
      <header>
        <h2>Who may come in</h2>
      </header>
      <div class="pad form">
        <SwitchField
          form={form}
          name="toggles.geoip"
          label="Look up countries"
          hint="Off, no country is known of any client, and nobody is refused by it."
          checked={settings.toggles.geoip}
        />
        <AreaField
          form={form}
          name="blocked_countries"
          label="Blocked countries"
          value={settings.blocked_countries.join("\n")}
          placeholder="KP"
          hint="Two letters each (ISO 3166-1), one a line: refused on every host. Private and unknown addresses always pass."
        />
        <AreaField
          form={form}
          name="allowed_countries"
          label="Only these countries"
          value={settings.allowed_countries.join("\n")}
          placeholder="DE"
          hint="Where any stands here, whoever comes from elsewhere is refused. A host's own list takes its place."
        />
      </div>
    </section>
  );
}
