import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Target } from "../../core/target.ts";
import { targetAuthority } from "../../core/target_url.ts";
import { fillTemplate, type TemplateValues } from "../../core/template.ts";
import { block, respond, type Verdict } from "../../core/verdict.ts";
import { HeadView } from "../../waf/transaction/request_view.ts";
import { editQuery } from "./query_edit.ts";
import { editFields, type HeaderStep, type Rewrite } from "./rewrite.ts";
import { rewritePath } from "./path_rewrite.ts";
import type { RequestStep } from "./transform_plan.ts";

/** The name of an authority: without port, without the root's final dot, IPv6 in brackets. */
export function hostName(authority: string): string {
  const colon = authority.lastIndexOf(":");
  const name = colon > authority.lastIndexOf("]") ? authority.slice(0, colon) : authority;
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** What templates stand for in this exchange; `target` null: it is not chosen yet. */
export function templateValues(exchange: Exchange, target: Target | null): TemplateValues {
  return (variable) => {
    switch (variable) {
      case "request.path":
        return exchange.path;
      case "request.host":
        return hostName(exchange.request.authority);
      case "request.ip":
        return exchange.client;
      case "request.method":
        return exchange.request.method;
      case "request.id":
        return exchange.id;
      case "upstream.host":
        return target === null ? "" : targetAuthority(target.url);
    }
  };
}

/** The request's head as conditions see it. */
export function headView(
  exchange: Exchange,
  response: { readonly status: number; readonly headers: HeaderList } | null = null,
): HeadView {
  const { method, rawPath, rawQuery, headers } = exchange.request;
  const { path, client: clientAddress, protocol } = exchange;
  return new HeadView({ method, rawPath, path, rawQuery, headers, clientAddress, protocol }, response);
}

/** Does a host's steps to a request: what goes to the target, or the verdict that ends it here. */
export function planRequest(steps: readonly RequestStep[], exchange: Exchange): Rewrite | Verdict {
  const values = templateValues(exchange, null);
  const view = headView(exchange);
  const headers: HeaderStep[] = [];
  let path = exchange.path;
  let query = exchange.request.rawQuery;
  let host: Rewrite["host"] = null;
  for (const step of steps) {
    if (step.when !== null && step.when.test(view) === null) continue;
    switch (step.kind) {
      case "header":
        headers.push(step.edit);
        break;
      case "path": {
        const made = rewritePath(step.rewrite, path, values);
        if (made === null) return block("path_escape", "a rewritten path climbs above its root");
        path = made;
        break;
      }
      case "host":
        host = step.to;
        break;
      case "query":
        query = editQuery(query, step.name, step.value === null ? null : fillTemplate(step.value, values));
        break;
      case "redirect": {
        const location = redirectLocation(fillTemplate(step.to, values), step.keepQuery ? query : null);
        if (location === null) break;
        return respond(
          step.status,
          HeaderList.from([["location", location]]),
          null,
          "redirect by a transform",
        );
      }
    }
  }
  return { target: query === null ? path : `${path}?${query}`, host, headers };
}

/** The fields as this target gets them. `base`: as they would go without the rewrite; shared, so it stays as it is. */
export function rewrittenFields(
  rewrite: Rewrite,
  exchange: Exchange,
  target: Target,
  base: HeaderList,
): HeaderList {
  if (rewrite.host === null && rewrite.headers.length === 0) return base;
  const values = templateValues(exchange, target);
  const fields = base.clone();
  if (rewrite.host !== null) {
    const host = fillTemplate(rewrite.host, values);
    if (host !== "") fields.set("host", host);
  }
  noteRefused(exchange, editFields(fields, rewrite.headers, values));
  return fields;
}

/** Says in the log which fields were left out because of what their variables held. */
export function noteRefused(exchange: Exchange, names: readonly string[]): void {
  if (names.length === 0 || exchange.detail !== "") return;
  exchange.detail = `not a header value, left out: ${names.join(" ")}`;
}

/**
 * [SECURITY] CWE-113 and CWE-601: what variables made must not split the answer nor lead elsewhere than it is written;
 * null where it would.
 */
function redirectLocation(to: string, query: string | null): string | null {
  if (!/^[\x21-\x7e]+$/.test(to) || /^\/[/\\]/.test(to)) return null;
  return query === null || to.includes("?") ? to : `${to}?${query}`;
}
