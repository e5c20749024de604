import type { Child } from "hono/jsx";
import { Safe } from "../../components/bytes.tsx";
import { ConfirmByName } from "../../components/confirm.tsx";
import { EnabledCard } from "../../components/enabled_card.tsx";
import { count, plural } from "../../components/format.ts";
import { EnterButton, PostForm } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SaveBar } from "../../components/save_bar.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { Ago } from "../../components/time.tsx";
import { Dot } from "../../components/verdict.tsx";
import type { FormState, HostView, ViewContext } from "../../model.ts";
import { SwitchesCard } from "./switches_card.tsx";
import { TestResult } from "./test_result.tsx";

export const HOST_TABS = {
  general: "General",
  targets: "Targets",
  canary: "Canary",
  limits: "Limits",
  "rate-rules": "Rate rules",
  tls: "TLS",
  protection: "Protection",
  access: "Access",
  challenge: "Challenge",
  bots: "Bots",
  paths: "Paths",
  transforms: "Transforms",
  headers: "Headers",
  cors: "CORS",
  "error-pages": "Errors",
  timeouts: "Timeouts",
} as const;

export type HostTab = keyof typeof HOST_TABS;

/** Tabs that say something of a host without targets. */
const WITHOUT_TARGETS: ReadonlySet<string> = new Set<HostTab>([
  "general",
  "tls",
  "protection",
  "access",
  "headers",
  "error-pages",
]);

export interface EditorProps {
  readonly ctx: ViewContext;
  readonly host: HostView;
  readonly tab: HostTab;
  readonly form: FormState;
  /** Exceptions that stand for this host. */
  readonly exceptions: number;
  /** Between the tabs and the form: what is so now. */
  readonly above?: Child;
  readonly children?: Child;
}

/** A page a tab; each saves its own fields only. */
export function HostEditorPage(props: EditorProps) {
  const { ctx, host } = props;
  const name = host.domains[0] ?? host.id;
  const path = `/hosts/${encodeURIComponent(host.id)}`;
  const locked = host.origin !== "database" || ctx.user.role === "viewer";
  return (
    <>
      <PageHead
        title={name}
        crumb={{ href: "/hosts", text: "Hosts" }}
        actions={
          <>
            {ctx.user.role === "viewer" || host.kind !== "proxy" ? null : (
              <form
                method="post"
                action={`${path}/test`}
                hx-post={`${path}/test`}
                hx-target="#test-result"
                hx-swap="outerHTML"
              >
                <input type="hidden" name="csrf" value={ctx.csrf} />
                <button type="submit" class="btn">Test</button>
              </form>
            )}
            <a class="btn" href={trafficHref({ host: name }, { range: "24h" })}>Traffic</a>
          </>
        }
      >
        Created <Ago at={host.created_at} now={ctx.now} />.{" "}
        <a href={trafficHref({ host: name }, { range: "24h" })}>{plural(host.requests_24h, "request")}</a>
        {" "}
        in 24 h.
      </PageHead>
      <Tabs
        label="Host settings"
        tabs={Object.entries(HOST_TABS).filter(([tab]) => host.kind === "proxy" || WITHOUT_TARGETS.has(tab))
          .map(([tab, text]) => ({
            href: tab === "general" ? path : `${path}/${tab}`,
            text,
            current: tab === props.tab,
          }))}
      />
      <div class="aside">
        <div class="stack">
          <TestResult result={null} />
          {host.origin === "file"
            ? (
              <Note kind="accent">
                This host is declared in <code>aegis.yml</code>. Change it there, then reload under{" "}
                <a href="/system">System</a>.
              </Note>
            )
            : null}
          {host.origin === "docker"
            ? (
              <Note kind="accent">
                This host comes from the labels of a container. Change them there; how they were read is shown
                under <a href="/system">System</a>.
              </Note>
            )
            : null}
          {props.above}
          <PostForm
            ctx={ctx}
            action={props.tab === "general" ? path : `${path}/${props.tab}`}
            class="stack"
            state={props.form}
            label={HOST_TABS[props.tab]}
            watch
          >
            <input type="hidden" name="version" value={host.version} />
            <fieldset class="stack" disabled={locked}>
              <EnterButton />
              {props.children}
              {locked ? null : <SaveBar discard={props.tab === "general" ? path : `${path}/${props.tab}`} />}
            </fieldset>
          </PostForm>
        </div>
        <aside class="stack" aria-label="State">
          <Now {...props} />
          {ctx.user.role === "viewer" ? null : <SwitchesCard ctx={ctx} host={host} />}
          {locked ? null : <EnabledCard ctx={ctx} path={path} noun="host" enabled={host.enabled} />}
        </aside>
      </div>
      {locked ? null : (
        <ConfirmByName
          ctx={ctx}
          id="delete"
          action={`${path}/delete`}
          title={`Remove ${name}?`}
          name={name}
          button="Remove host"
        >
          {props.exceptions === 0
            ? ""
            : `${plural(props.exceptions, "exception")} of this host ${
              props.exceptions === 1 ? "goes" : "go"
            } with it. `}
          Visitors of {host.domains.join(", ")}{" "}
          are told that no such site is served here. Its traffic log stays. This cannot be undone.
        </ConfirmByName>
      )}
    </>
  );
}

function Now(props: EditorProps) {
  const { host, ctx } = props;
  return (
    <section class="card">
      <header>
        <h2>Now</h2>
      </header>
      <div class="pad">
        <dl class="kv">
          <dt>State</dt>
          <dd>
            <span class="row">
              <Dot state={host.state === "serving" ? "up" : host.state === "down" ? "down" : "off"} />
              {host.state}
            </span>
          </dd>
          {host.targets_state.slice(0, 8).map((target) => (
            <>
              <dt>Target</dt>
              <dd>
                <span class="mono">{target.url}</span>
                <span class="row small">
                  <Dot state={target.up === null ? "off" : target.up ? "up" : "down"} />
                  <span>
                    <Safe text={target.text} />
                    {target.checked_at === null ? null : (
                      <>
                        , <Ago at={target.checked_at} now={ctx.now} />
                      </>
                    )}
                  </span>
                </span>
              </dd>
            </>
          ))}
          <dt>Blocked</dt>
          <dd>
            <a href={trafficHref({ host: host.domains[0], action: "blocked" }, { range: "24h" })}>
              {count(host.blocked_24h)} in 24 h
            </a>
          </dd>
          <dt>Detected</dt>
          <dd>
            <a href={trafficHref({ host: host.domains[0], action: "detected" }, { range: "24h" })}>
              {count(host.detected_24h)} in 24 h
            </a>
          </dd>
          {host.waf.mode === "detect" && host.targets.length > 0
            ? (
              <>
                <dt>Firewall</dt>
                <dd>
                  <a href={`/hosts/${encodeURIComponent(host.id)}/protection`}>
                    only detects: ready to enforce?
                  </a>
                </dd>
              </>
            )
            : null}
          <dt>Exceptions</dt>
          <dd>
            <a href={`/rules/exceptions?host=${encodeURIComponent(host.id)}`}>
              {count(props.exceptions)} on this host
            </a>
          </dd>
        </dl>
      </div>
    </section>
  );
}
