import { HeaderList } from "../../core/header_list.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import type { ReplayRow } from "../../store/traffic_replay.ts";
import type { HostPolicy, WafTransaction } from "../../waf/engine.ts";

/** What the log keeps of every request (its line, asked host and user agent), judged by `policy`. */
export function judgeLogged(policy: HostPolicy, row: ReplayRow): WafTransaction {
  const mark = row.target.indexOf("?");
  const rawPath = mark < 0 ? row.target : row.target.slice(0, mark);
  const transaction = policy.begin({
    method: row.method,
    rawPath,
    path: canonicalPath(rawPath).path,
    rawQuery: mark < 0 ? null : row.target.slice(mark + 1),
    headers: HeaderList.from([["host", row.host], ["user-agent", row.userAgent]]),
    clientAddress: row.client,
    protocol: row.protocol,
  });
  transaction.requestHead();
  return transaction;
}
