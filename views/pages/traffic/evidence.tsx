import { Safe } from "../../components/bytes.tsx";
import { DecodeChain } from "../../components/decode_chain.tsx";
import { heaviestFirst } from "../../components/findings.ts";
import { bytes, plural } from "../../components/format.ts";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { PointsBar } from "../../components/points_bar.tsx";
import { Ago } from "../../components/time.tsx";
import type { TrafficDetail, ViewContext } from "../../model.ts";
import type { KeptRequest, ReplayResult } from "../../model_evidence.ts";
import { FindingLine, TargetName } from "./why.tsx";

export interface EvidenceProps {
  readonly ctx: ViewContext;
  readonly request: KeptRequest;
  readonly result: ReplayResult;
  /** What each rule guards against, by rule id. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** A kept request as it came, and what the rules of now say of it. */
export function EvidencePage(props: EvidenceProps) {
  const { ctx, request, result } = props;
  return (
    <>
      <PageHead
        title="The whole request"
        crumb={{ href: `/traffic/${encodeURIComponent(request.request_id)}`, text: "Request" }}
      >
        Judged once more by the rules, switches and exceptions of now. Nothing is sent anywhere. It leaves
        {" "}
        <Ago at={request.until} now={ctx.now} />.
      </PageHead>
      <div class="two">
        <section class="stack" aria-label="Judged now">
          <Verdict result={result} />
          <Lacks lacks={request.body_lacks} />
          {result.findings.length === 0
            ? null
            : <PointsBar score={result.score} threshold={result.threshold} />}
          {heaviestFirst(result.findings).map((finding) => (
            <section class="card">
              <div class="pad stack">
                <FindingLine finding={finding} why={props.reasons[finding.rule_id]} />
                <p class="small muted">
                  In <TargetName target={finding.target} />
                </p>
                <DecodeChain findings={[finding]} />
              </div>
            </section>
          ))}
        </section>
        <section class="card" aria-label="As it came">
          <header>
            <h2>As it came</h2>
            <span class="small muted end">{bytes(request.body_bytes)} of body kept</span>
          </header>
          <div class="pad stack">
            <pre class="mono small break" tabindex={0}>
              <Safe text={headText(request)} lines />
            </pre>
            {request.body === "" ? null : request.body === null
              ? (
                <p class="small muted">
                  The body is no text that could be shown. Replay reads it all the same.
                </p>
              )
              : (
                <pre class="mono small break" tabindex={0}>
                  <Safe text={request.body} lines />
                </pre>
              )}
            <p class="small muted">
              Passwords, tokens, cookies and Authorization are shown by their shape: letters as a, digits as
              9.
            </p>
          </div>
        </section>
      </div>
    </>
  );
}

function headText({ method, target, protocol, headers }: KeptRequest): string {
  return [`${method} ${target} ${protocol}`, ...headers.map(({ name, value }) => `${name}: ${value}`)].join(
    "\n",
  );
}

function Verdict({ result }: { readonly result: ReplayResult }) {
  const points = `${plural(result.score, "point")} of ${result.threshold}`;
  return (
    <Note
      kind={result.verdict === "allowed" ? "ok" : result.verdict === "blocked" ? "blocked" : "detected"}
      title={`${VERDICTS[result.verdict]}, at ${points}`}
    >
      <p>{changes(result)}</p>
    </Note>
  );
}

function changes({ gone, fresh }: ReplayResult): string {
  if (gone.length === 0 && fresh.length === 0) return "The same rules find something as when it came.";
  const parts = [
    ...(gone.length === 0
      ? []
      : [`${gone.join(", ")} ${gone.length === 1 ? "finds" : "find"} nothing any more`]),
    ...(fresh.length === 0
      ? []
      : [`${fresh.join(", ")} ${fresh.length === 1 ? "finds" : "find"} something that was not found then`]),
  ];
  return `${parts.join("; ")}.`;
}

function Lacks({ lacks }: { readonly lacks: KeptRequest["body_lacks"] }) {
  if (lacks === "nothing") return null;
  return (
    <Note kind="detected" title={lacks === "end" ? "Only the beginning of the body" : "Without its body"}>
      {lacks === "end"
        ? "The body is longer than what is kept of one. What stands behind that is not judged here."
        : "It was refused before its body was read, or the body streamed on. Only the head is judged here."}
    </Note>
  );
}

const VERDICTS: Readonly<Record<ReplayResult["verdict"], string>> = {
  allowed: "Would pass",
  blocked: "Would be refused",
  challenged: "Would be challenged",
  redirected: "Would be led elsewhere",
};

/** On the page of the request: that it is kept, and the way there. */
export function KeptNote({ ctx, request }: { readonly ctx: ViewContext; readonly request: TrafficDetail }) {
  if (request.evidence === null || ctx.user.role === "viewer") return null;
  return (
    <section class="sect">
      <h3>The whole request is kept</h3>
      <div class="row">
        <a class="btn" href={`/traffic/${encodeURIComponent(request.id)}/evidence`}>Show and replay</a>
        <span class="small muted">
          Sealed; leaves <Ago at={request.evidence.until} now={ctx.now} />. Exceptions are tried on it.
        </span>
      </div>
    </section>
  );
}
