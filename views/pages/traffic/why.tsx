import { Safe } from "../../components/bytes.tsx";
import { DecodeChain } from "../../components/decode_chain.tsx";
import { byReading, heaviestFirst, oneARule } from "../../components/findings.ts";
import { PointsBar } from "../../components/points_bar.tsx";
import { plural } from "../../components/format.ts";
import type { FindingView, TrafficDetail } from "../../model.ts";

/** In plain words, then points against the threshold, then the bytes. */
export function Why(
  props: { readonly request: TrafficDetail; readonly reasons: Readonly<Record<string, string>> },
) {
  const { request } = props;
  if (request.findings.length === 0) {
    return request.reason === null ? null : (
      <section class="sect">
        <h3>Why</h3>
        <p class="small">
          {REASON_TEXTS[request.reason] ?? `Refused: ${request.reason.replaceAll("_", " ")}.`}
          {request.detail === "" ? null : (
            <>
              {" "}
              <span class="muted">
                <Safe text={request.detail} />
              </span>
            </>
          )}
        </p>
      </section>
    );
  }
  return (
    <>
      <section class="sect">
        <h3>{pointsText(request)}</h3>
        <PointsBar score={request.score} threshold={request.threshold} />
        {oneARule(request.findings).map((finding) => (
          <FindingLine finding={finding} why={props.reasons[finding.rule_id]} />
        ))}
      </section>
      {byReading(heaviestFirst(request.findings)).map((findings) => (
        <section class="sect">
          <h3>
            How it was read: <TargetName target={findings[0].target} />
          </h3>
          <DecodeChain findings={findings} />
        </section>
      ))}
    </>
  );
}

export function FindingLine(props: { readonly finding: FindingView; readonly why?: string | undefined }) {
  const { finding } = props;
  return (
    <>
      <div class="finding small">
        <p>
          <b>{finding.rule_name}</b> {finding.source === "learned"
            ? null
            : <a class="mono" href={`/rules/${encodeURIComponent(finding.rule_id)}`}>{finding.rule_id}</a>}
        </p>
        <SeverityTag finding={finding} />
      </div>
      {props.why === undefined ? null : <p class="small muted">{props.why}</p>}
    </>
  );
}

export function SeverityTag(props: { readonly finding: Pick<FindingView, "severity" | "points"> }) {
  const look = props.finding.severity === "critical" || props.finding.severity === "high"
    ? "blocked"
    : "detected";
  return <span class={`tag ${look} end`}>{props.finding.severity} +{props.finding.points}</span>;
}

/** `args:id` as people say it: query argument `id`. */
export function TargetName(props: { readonly target: string }) {
  const [kind = "", ...rest] = props.target.split(":");
  const name = rest.join(":");
  const words = TARGET_WORDS[kind] ?? kind;
  return (
    <>
      {words} {name === "" ? null : (
        <code>
          <Safe text={name} />
        </code>
      )}
    </>
  );
}

function pointsText(request: TrafficDetail): string {
  const points = plural(request.score, "point");
  if (request.score >= request.threshold) {
    return `Why: ${points}, and ${request.threshold} are enough to refuse`;
  }
  return `${points} of the ${request.threshold} that refuse`;
}

const TARGET_WORDS: Readonly<Record<string, string>> = {
  args: "argument",
  "arg-names": "name of an argument",
  cookies: "cookie",
  headers: "header",
  json: "JSON value",
  xml: "XML value",
  path: "path",
  query: "query",
  body: "body",
  files: "uploaded file",
  "user-agent": "user agent",
};

const REASON_TEXTS: Readonly<Record<string, string>> = {
  malformed: "The request was not valid HTTP.",
  smuggling: "The request could be read in two ways, which can hide a second request in it.",
  path_escape: "The path climbs above the root of the site.",
  host_unknown: "No host of this name is served here.",
  ban: "The client is banned.",
  blacklist: "The client's address is on a black list.",
  allow_list: "The client's address is not on the list of those that may enter.",
  challenge: "It had no pass and could not, or did not yet, prove that it is a browser.",
  method: "The host does not take this method.",
  body_too_large: "The body is larger than the host takes.",
  upstream_connect: "No connection to the target could be made.",
  upstream_protocol: "The target's answer was not valid HTTP.",
  upstream_timeout: "The target did not answer in time.",
  no_target: "The host has no target that is up.",
  overload: "Aegis had no room for it at this moment.",
  connections: "The client had too many connections open.",
};
