import { Safe } from "../../components/bytes.tsx";
import { Note } from "../../components/note.tsx";
import type { TrafficDetail, ViewContext } from "../../model.ts";

/** What of a challenged request its host may leave out of the challenge; null: it has nothing that could be named. */
export interface Sparing {
  /** First segment of its path, with all below it. */
  readonly path: string | null;
  /** The program's name without its version; all of it where a browser is claimed, which says nothing alone. */
  readonly agent: string | null;
}

const LONGEST_AGENT = 200;

export function sparingOf(request: Pick<TrafficDetail, "target" | "user_agent">): Sparing {
  const agent = request.user_agent.trim();
  const name = /^[\w.-]{3,}(?=\/|$)/.exec(agent)?.[0] ?? "";
  const part = name === "" || name === "Mozilla" ? agent : name;
  return {
    path: /^\/[\w.~-]+(?=[/?]|$)/.exec(request.target)?.[0] ?? null,
    agent: /^[\x20-\x7e]{3,}$/.test(part) && part.length <= LONGEST_AGENT ? part : null,
  };
}

/** The ways out for a program that a challenge keeps out: it runs no scripts, so it never gets a pass. */
export function Spare({ ctx, request }: { readonly ctx: ViewContext; readonly request: TrafficDetail }) {
  if (request.reason !== "challenge" || request.host_id === "" || request.findings.length > 0) return null;
  if (ctx.user.role === "viewer") return null;
  const { path, agent } = sparingOf(request);
  const action = `/traffic/${encodeURIComponent(request.id)}/spare`;
  return (
    <Note kind="accent" title="A program of yours?">
      <p>
        API clients and monitoring run no scripts, so they never pass. Leave out of the challenge on{" "}
        {request.host_name ?? request.host}:
      </p>
      <form method="post" action={action} hx-post={action} hx-target="#main" class="row">
        <input type="hidden" name="csrf" value={ctx.csrf} />
        {path === null
          ? null
          : <button type="submit" class="btn" name="what" value="path">Path {path} and all below it</button>}
        {agent === null ? null : (
          <button type="submit" class="btn break" name="what" value="agent">
            User agent <Safe text={agent} />
          </button>
        )}
        <button type="submit" class="btn" name="what" value="host">The whole host</button>
      </form>
      <p class="small muted">
        Anybody can claim a user agent. All of it stands in{" "}
        <a href={`/hosts/${encodeURIComponent(request.host_id)}/challenge`}>Challenge</a>{" "}
        of the host, where it is undone.
      </p>
    </Note>
  );
}
