import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import type { HostRedirect } from "../../core/host_kind.ts";
import type { HostPath } from "../../core/host_path.ts";
import { block, respond, type Verdict } from "../../core/verdict.ts";
import { CorsPolicy } from "../response/cors_policy.ts";
import { type ErrorLook, errorLook } from "../response/error_look.ts";
import { type CompressionRules, compressionRules } from "../response/negotiate.ts";
import { compileRateRules, type RatePlan } from "./rate_plan.ts";
import { compileTransforms, type RequestStep, type ResponseStep } from "./transform_plan.ts";

/** What a target says of itself and visitors need not know. */
const SOFTWARE_FIELDS = ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version"];

/** What a host does to requests and answers by itself; each part null where it does nothing. */
export interface HostPlan {
  /** Of hosts without targets: the answer to every request. */
  readonly ownAnswer: ((exchange: Exchange) => Verdict) | null;
  readonly requestPlan: readonly RequestStep[] | null;
  readonly responsePlan: readonly ResponseStep[] | null;
  /** How its own answers look to people. */
  readonly look: ErrorLook;
  readonly compression: CompressionRules | null;
  readonly cors: CorsPolicy | null;
  readonly rateRules: RatePlan | null;
  /** Fields that leave no proxied answer. */
  readonly removed: readonly string[];
  /** Names of cookies that keep their SameSite as it is; null: all do. */
  readonly sameSiteExempt: ReadonlySet<string> | null;
}

/** `path`: the entry of `paths` that the plan is for; null: the host itself. Throws AegisError. */
export function hostPlan(host: Host, path: HostPath | null): HostPlan {
  const { request, response } = compileTransforms(host, path);
  return {
    ownAnswer: ownAnswer(host),
    requestPlan: request,
    responsePlan: response,
    look: errorLook(host.error_pages),
    compression: compressionRules(host.compression),
    rateRules: compileRateRules(host),
    cors: host.cors === null ? null : new CorsPolicy(host.cors),
    removed: [...new Set([...SOFTWARE_FIELDS, ...host.response_filter.remove])],
    sameSiteExempt: host.response_filter.same_site ? new Set(host.response_filter.same_site_exempt) : null,
  };
}

function ownAnswer(host: Host): HostPlan["ownAnswer"] {
  switch (host.kind) {
    case "proxy":
      return null;
    case "dead":
      return () => block("host_unknown", "a dead host", { status: 404, usual: true });
    case "redirect":
      return host.redirect === null ? null : leadTo(host.redirect);
  }
}

function leadTo({ url, keep_path, status }: HostRedirect): HostPlan["ownAnswer"] {
  const base = url.endsWith("/") ? url.slice(0, -1) : url;
  return ({ path, request }) => {
    const query = request.rawQuery === null ? "" : `?${request.rawQuery}`;
    // `*` is the path of OPTIONS about the whole server.
    const location = keep_path ? base + (path === "*" ? "/" : path) + query : url;
    return respond(status, HeaderList.from([["location", location]]), null, "redirect host");
  };
}
