import { Safe } from "../../components/bytes.tsx";
import { PostButton } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { Dot } from "../../components/verdict.tsx";
import type { AttentionItem } from "../../model_dashboard.ts";
import type { ViewContext } from "../../model.ts";

/** At most five things that need a person, each with its button. */
export function Attention(props: { readonly ctx: ViewContext; readonly items: readonly AttentionItem[] }) {
  if (props.items.length === 0) return null;
  return (
    <section class="card" aria-label="What needs you">
      <ul class="list">
        {props.items.map((item) => (
          <li>
            <Dot state={item.severity} />
            <div>
              <a href={leadsTo(item)}>
                <b>
                  <Safe text={item.title} />
                </b>
              </a>{" "}
              <span class="muted">
                <Safe text={item.text} />
              </span>
            </div>
            <span class="row end">
              <Actions ctx={props.ctx} item={item} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Actions(props: { readonly ctx: ViewContext; readonly item: AttentionItem }) {
  const { item } = props;
  const host = item.host_id === null ? null : `/hosts/${encodeURIComponent(item.host_id)}`;
  if (item.kind === "no-host" && props.ctx.user.role !== "viewer") {
    return <a class="btn main" href="/hosts/new">Add host</a>;
  }
  if (item.kind === "detect-only" && host !== null && props.ctx.user.role !== "viewer") {
    return (
      <>
        <a class="btn bare" href={trafficHref(item.filter)}>Look at them</a>
        <PostButton ctx={props.ctx} action={`${host}/mode`} fields={{ mode: "enforce" }}>Enforce</PostButton>
      </>
    );
  }
  if (Object.keys(item.filter).length > 0) {
    return <a class="btn" href={trafficHref(item.filter)}>Show requests</a>;
  }
  if (item.kind === "canary-rollback" && host !== null) {
    return <a class="btn" href={`${host}/canary`}>Compare</a>;
  }
  if (item.kind === "waf-rollback" && host !== null) {
    return <a class="btn" href={`${host}/protection`}>See what it refused</a>;
  }
  if (item.kind === "target-down" && host !== null) {
    return <a class="btn" href={`${host}/targets`}>Open target</a>;
  }
  return <a class="btn" href={leadsTo(item)}>Open</a>;
}

function leadsTo(item: AttentionItem): string {
  if (item.kind === "no-host") return "/hosts/new";
  if (Object.keys(item.filter).length > 0) return trafficHref(item.filter);
  if (item.kind === "canary-rollback") return `/hosts/${encodeURIComponent(item.host_id ?? "")}/canary`;
  if (item.kind === "waf-rollback") return `/hosts/${encodeURIComponent(item.host_id ?? "")}/protection`;
  return item.host_id === null ? "/system" : `/hosts/${encodeURIComponent(item.host_id)}`;
}
