import { Safe } from "../../components/bytes.tsx";
import { Ask } from "../../components/confirm.tsx";
import { TextField } from "../../components/field.tsx";
import { bytes, clockTime, count, milliseconds, plural, requestText } from "../../components/format.ts";
import { heaviestFirst } from "../../components/findings.ts";
import { Icon } from "../../components/icon.tsx";
import { trafficHref } from "../../components/links.ts";
import { Note } from "../../components/note.tsx";
import { Ago } from "../../components/time.tsx";
import { Verdict } from "../../components/verdict.tsx";
import { EMPTY_FORM, type FormState, type TrafficDetail, type ViewContext } from "../../model.ts";
import { KeptNote } from "./evidence.tsx";
import { ExceptionForm, type ExceptionScope } from "./exception_form.tsx";
import { ProgramFacts } from "./program.tsx";
import { Spare } from "./spare.tsx";
import { Why } from "./why.tsx";

export interface DetailProps {
  readonly ctx: ViewContext;
  readonly request: TrafficDetail;
  /** What each rule guards against, by rule id. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly scopes: readonly ExceptionScope[];
  readonly form?: FormState;
  /** Where closing leads. */
  readonly back: string;
}

/** One request, over the list. */
export function RequestDrawer(props: DetailProps) {
  return (
    <div class="drawer">
      <DetailHead {...props} />
      <div class="body" tabindex={0} role="region" aria-label="Details">
        <DetailBody {...props} level="h2" />
      </div>
      <DetailActions {...props} />
      <Layers {...props} />
    </div>
  );
}

/** The same as a page of its own. */
export function RequestPage(props: DetailProps) {
  return (
    <>
      <p class="crumb">
        <a href={props.back}>Traffic</a>
      </p>
      <div class="card detail">
        <DetailHead {...props} />
        <div class="body">
          <DetailBody {...props} level="h1" />
        </div>
        <DetailActions {...props} />
      </div>
      <Layers {...props} />
    </>
  );
}

function DetailHead(props: DetailProps) {
  const { request, ctx } = props;
  const { newer, older } = request.neighbours;
  return (
    <header>
      <Verdict action={request.action} suffix={request.status === 0 ? "closed" : String(request.status)} />
      <span class="muted">
        {clockTime(request.at)}, <Ago at={request.at} now={ctx.now} />
      </span>
      <span class="end row">
        {newer === null ? null : <Neighbour id={newer} label="Newer request" icon="up" />}
        {older === null ? null : <Neighbour id={older} label="Older request" icon="down" />}
        <a class="btn bare" href={props.back} aria-label="Close" data-close>
          <Icon name="close" />
        </a>
      </span>
    </header>
  );
}

function Neighbour(props: { readonly id: string; readonly label: string; readonly icon: "up" | "down" }) {
  const href = `/traffic/${encodeURIComponent(props.id)}`;
  return (
    <a class="btn bare" href={href} data-in-drawer={href} aria-label={props.label}>
      <Icon name={props.icon} />
    </a>
  );
}

function DetailBody(props: DetailProps & { readonly level: "h1" | "h2" }) {
  const { request } = props;
  const Heading = props.level;
  return (
    <>
      <section class="sect">
        <Heading tabindex={-1}>{headline(request)}</Heading>
        <p class="small muted mono break">
          <Safe text={requestText(request)} />
        </p>
      </section>
      <Report {...props} />
      <Evidence {...props} />
      <Why request={request} reasons={props.reasons} />
      <Spare ctx={props.ctx} request={request} />
      <KeptNote ctx={props.ctx} request={request} />
      {request.findings.length === 0 || props.ctx.user.role === "viewer" ? null : (
        <ExceptionForm
          ctx={props.ctx}
          request={request}
          scopes={props.scopes}
          form={props.form ?? EMPTY_FORM}
        />
      )}
      <Samples request={request} />
      <Facts {...props} />
    </>
  );
}

/** What the visitor wrote on the block page. */
function Report({ request, ctx }: DetailProps) {
  const { report } = request;
  if (report === null) return null;
  return (
    <Note kind="detected" title="The visitor calls this a mistake">
      <p>
        {report.text === "" ? "Without a word more" : <Safe text={report.text} />},{" "}
        <Ago at={report.at} now={ctx.now} />
      </p>
    </Note>
  );
}

/** Evidence, never a verdict: what else is known of the client. */
function Evidence(props: DetailProps) {
  const { request, ctx } = props;
  const facts = request.client_facts;
  if (request.action === "allowed") return null;
  const others = facts.blocked_24h - (request.action === "blocked" ? request.count : 0);
  const known = facts.first_seen === null ? null : (
    <>
      First seen <Ago at={facts.first_seen} now={ctx.now} />.
    </>
  );
  return (
    <Note kind="accent" title="What else is known of this client">
      <p>
        {known}{" "}
        <a href={trafficHref({ client: request.client }, { range: "24h" })}>
          {plural(facts.requests_24h, "request")}
        </a>
        {" in 24 h, "}
        <a href={trafficHref({ client: request.client, action: "blocked" }, { range: "24h" })}>
          {others === 0 ? "no other refused" : `${plural(others, "other")} refused`}
        </a>.
      </p>
    </Note>
  );
}

/** Refusals of one client for one reason within seconds are one row. */
function Samples(props: { readonly request: TrafficDetail }) {
  const { request } = props;
  if (request.count <= 1) return null;
  const samples = request.samples.map((each) => ({
    ...each,
    href: `/traffic/${encodeURIComponent(each.id)}`,
  }));
  return (
    <section class="sect">
      <h3>
        Refused {count(request.count)} times, {clockTime(request.at)} to {clockTime(request.last_at)}
      </h3>
      <ul class="small">
        {samples.map(({ href, ...sample }) => (
          <li class="mono break">
            {sample.id === request.id
              ? <Safe text={requestText({ ...sample, host: "" })} />
              : (
                <a href={href} data-in-drawer={href}>
                  <Safe text={requestText({ ...sample, host: "" })} />
                </a>
              )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Country, city and network, each a filter. */
function Place({ request }: { readonly request: TrafficDetail }) {
  const { country, country_name, city, asn, organisation } = request;
  return (
    <>
      {country === "" ? null : <a href={trafficHref({ country }, { range: "24h" })}>{country_name}</a>}
      {city === "" ? null : <Safe text={`, ${city}`} />}
      {asn === null ? null : (
        <>
          {country === "" ? "" : ", "}
          <a href={trafficHref({ asn: String(asn) }, { range: "24h" })}>AS{asn}</a>
          {organisation === "" ? null : <Safe text={` ${organisation}`} />}
        </>
      )}
    </>
  );
}

function Facts(props: DetailProps) {
  const { request } = props;
  return (
    <section class="sect">
      <h3>Request</h3>
      <dl class="kv">
        <dt>Request id</dt>
        <dd class="mono">
          <Safe text={request.id} />
        </dd>
        {request.counted_in === null ? null : (
          <>
            <dt>Counted with</dt>
            <dd>
              <a class="mono" href={`/traffic/${encodeURIComponent(request.counted_in)}`}>
                <Safe text={request.counted_in} />
              </a>, whose sizes and times stand here
            </dd>
          </>
        )}
        <dt>Client</dt>
        <dd>
          <a href={trafficHref({ client: request.client }, { range: "24h" })}>
            <Safe text={request.client} />
          </a>
        </dd>
        {request.country === "" && request.asn === null ? null : (
          <>
            <dt>From</dt>
            <dd>
              <Place request={request} />
            </dd>
          </>
        )}
        {request.host_id === "" ? null : (
          <>
            <dt>Host</dt>
            <dd>
              <a href={`/hosts/${encodeURIComponent(request.host_id)}`}>
                <Safe text={request.host_name ?? request.host} />
              </a>
            </dd>
          </>
        )}
        <dt>Sent</dt>
        <dd>{bytes(request.request_bytes)}, {request.scheme} by {request.protocol}</dd>
        <dt>Answer</dt>
        <dd>{bytes(request.response_bytes)} in {milliseconds(request.latency_ms)}</dd>
        {request.upstream_ms === null || request.target_url === null ? null : (
          <>
            <dt>Target</dt>
            <dd class="mono">{request.target_url}, {milliseconds(request.upstream_ms)}</dd>
          </>
        )}
        <dt>Rules took</dt>
        <dd>{milliseconds(request.waf_ms)}</dd>
        <dt>User agent</dt>
        <dd>
          <Safe text={request.user_agent === "" ? "none" : request.user_agent} />
        </dd>
        <ProgramFacts program={request.program} />
        {request.count > 1
          ? (
            <>
              <dt>Times</dt>
              <dd>{count(request.count)} within 10 s</dd>
            </>
          )
          : null}
        <dt>Never logged</dt>
        <dd class="muted">
          body, cookies, Authorization. Matched values only, 512 bytes.
          {request.evidence === null ? null : " This one is kept whole besides, sealed."}
        </dd>
      </dl>
    </section>
  );
}

function DetailActions(props: DetailProps) {
  if (props.ctx.user.role === "viewer") return null;
  return (
    <footer>
      {props.request.host_id === ""
        ? null
        : <button type="button" class="btn" popovertarget="allow">Allow client…</button>}
      <button type="button" class="btn danger end" popovertarget="ban">Ban client…</button>
    </footer>
  );
}

function Layers(props: DetailProps) {
  const { ctx, request } = props;
  if (ctx.user.role === "viewer") return null;
  const path = `/traffic/${encodeURIComponent(request.id)}`;
  return (
    <>
      <Ask
        ctx={ctx}
        id="ban"
        action={`${path}/ban`}
        title={`Ban ${request.client}?`}
        button="Ban client"
        danger
      >
        <p class="small">
          Every request of this address is refused, on every host, until the ban ends or is lifted.
        </p>
        <div class="field">
          <label for="ban-for">For</label>
          <select id="ban-for" name="seconds">
            <option value="3600">1 hour</option>
            <option value="86400" selected>1 day</option>
            <option value="604800">7 days</option>
            <option value="">for ever</option>
          </select>
        </div>
        <TextField form={EMPTY_FORM} name="reason" label="Reason" placeholder="SQL injection scan" />
      </Ask>
      <Ask
        ctx={ctx}
        id="allow"
        action={`${path}/allow`}
        title={`Allow ${request.client}?`}
        button="Allow client"
      >
        <p class="small">
          Nothing of this address is refused on {request.host_name ?? request.host}{" "}
          any more; what would be is only written down. The address joins the host’s white list.
        </p>
      </Ask>
    </>
  );
}

function headline(request: TrafficDetail): string {
  const [first] = heaviestFirst(request.findings);
  if (first !== undefined) return first.rule_name;
  if (request.action === "blocked") return "Refused before any rule looked at it";
  if (request.action === "challenged") return "The visitor had to prove something first";
  return request.status === 0 ? "The connection ended without an answer" : `Answered with ${request.status}`;
}
