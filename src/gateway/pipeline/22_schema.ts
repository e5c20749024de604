import { HeaderList } from "../../core/header_list.ts";
import { type Block, block, PASS, type Pass, type Verdict } from "../../core/verdict.ts";
import { type HostSchemas, isRefusal, type SchemaRefusal } from "../../waf/schema/host_schemas.ts";
import { RequestCheck, type StreamCheck } from "../../waf/schema/request_check.ts";
import type { Flow } from "./flow.ts";
import { refuse } from "./settle.ts";
import type { Stage } from "./stage.ts";

/**
 * Positive security: requests to a host with API schemas must fit one. The head is judged first; a body that the
 * endpoint describes is held as the rules hold it, and read once it is whole.
 */
export const schemaStage: Stage = {
  name: "22_schema",
  onError: "closed",
  run(flow) {
    const { schemas } = flow.host!;
    return schemas === null ? PASS : judge(flow, schemas);
  },
};

function judge(flow: Flow, schemas: HostSchemas): Verdict | Promise<Verdict> {
  const { exchange } = flow;
  const { method, headers, rawQuery } = exchange.request;
  // A preflight asks about a request and is none; without a CORS policy of the host the target answers it.
  if (method === "OPTIONS" && headers.has("access-control-request-method")) return PASS;
  const found = schemas.find(method, exchange.path);
  if (found === null) return PASS;
  if (isRefusal(found)) return verdictOf(flow, found);
  if (found.mode === "off") return PASS;
  const check = new RequestCheck(found, { rawQuery, headers, hasBody: exchange.body.length !== 0 });
  const refusal = check.head();
  if (refusal !== null) return verdictOf(flow, refusal);
  if (!check.wantsBody) return PASS;
  const most = flow.snapshot.settings.waf.inspect_body_bytes;
  // Where the body fails, or there is no room for it, the exchange is settled and nobody waits for this.
  return new Promise((resolve) => {
    flow.body.hold(most, (held, complete) => {
      const rest = complete ? null : check.stream();
      if (rest !== null) {
        watchTheRest(flow, rest, held);
        return resolve(PASS);
      }
      const wrong = complete ? check.body(held) : check.tooLong(most);
      resolve(wrong === null ? PASS : verdictOf(flow, wrong));
    });
  });
}

/**
 * A long form with files is read as it passes, and refused at its end: before its last byte, where its length is
 * declared, so that the target never has all of it.
 */
function watchTheRest(flow: Flow, rest: StreamCheck, held: Uint8Array): void {
  rest.push(held);
  flow.body.alsoInspect((chunk) => {
    rest.push(chunk);
    return true;
  }, () => {
    const wrong = rest.end();
    const verdict = wrong === null ? PASS : verdictOf(flow, wrong);
    if (verdict.kind !== "block" || flow.exchange.marked) return true;
    refuse(flow, verdict);
    return false;
  });
}

function verdictOf(flow: Flow, refusal: SchemaRefusal): Pass | Block {
  const detail = `${refusal.origin}: ${refusal.text}`;
  if (refusal.mode === "detect") {
    note(flow, detail);
    return PASS;
  }
  return block("schema", detail, {
    status: refusal.status,
    problem: refusal.text,
    ...(refusal.allow === null ? {} : { headers: HeaderList.from([["allow", refusal.allow]]) }),
  });
}

/** What mode `enforce` would have refused. */
function note({ exchange }: Flow, detail: string): void {
  exchange.action = "detected";
  if (exchange.reason !== null) return;
  exchange.reason = "schema";
  exchange.detail = detail;
}
