import type { HeaderList } from "../../core/header_list.ts";
import { block } from "../../core/verdict.ts";
import { isReadableAnswer } from "../../waf/answer_text.ts";
import { chooseEncoding } from "../response/accept_encoding.ts";
import { AnswerInspection } from "../response/answer_inspection.ts";
import type { Flow } from "./flow.ts";
import { refuse } from "./settle.ts";

/** Rules read what Aegis can inflate: the target hears of no other coding (spec 02, Responses). */
export function narrowEncodings(headers: HeaderList): void {
  const accepted = headers.get("accept-encoding");
  if (accepted === undefined) return;
  headers.set("accept-encoding", chooseEncoding(accepted, ["gzip"]) ?? "identity");
}

/** Files that players and viewers read piece by piece, and downloads that are taken up again: no texts. */
const READ_IN_PIECES =
  /\.(?:mp4|m4[asv]|webm|mkv|mov|avi|mp3|aac|ogg|og[av]|opus|wav|flac|ts|pdf|zip|gz|xz|zst|7z|rar|tar|iso|img|dmg|exe|msi|deb|rpm|apk|bin)$/i;

/**
 * [SECURITY] Whoever asks for a text in pieces of a few bytes shows the rules nothing that they know. So the target is
 * asked for the whole (RFC 9110 §14.2 leaves that to the server); where what looks like a film is a text all the same,
 * its pieces do not pass (`isPieceOfText`).
 */
export function dropRanges(headers: HeaderList, path: string): void {
  if (!headers.has("range") || READ_IN_PIECES.test(path)) return;
  headers.delete("range");
  headers.delete("if-range");
}

function isPieceOfText(status: number, headers: HeaderList): boolean {
  if (status !== 206) return false;
  const type = headers.get("content-type")?.trim().toLowerCase() ?? "";
  return type.startsWith("multipart/byteranges") || isReadableAnswer(headers);
}

/** The next piece of the answer's body, through the coder where there is one. */
export function writeAnswer(flow: Flow, chunk: Uint8Array): void {
  const takes = flow.encoder === null ? flow.writeToClient(chunk) : flow.encoder.write(chunk);
  if (!takes) flow.call?.pause();
}

/** Lets the host's rules see the body that follows this head; `send` is called at once, or when they let it pass. */
export function inspectBody(
  flow: Flow,
  status: number,
  headers: HeaderList,
  length: number | null,
  send: () => void,
): void {
  const { exchange, host } = flow;
  const hasBody = length !== 0 && exchange.request.method !== "HEAD" && status !== 204 && status !== 304;
  const holds = host!.policy.answerBodies === "held";
  if (flow.waf === null || !hasBody) return send();
  if (holds && isPieceOfText(status, headers) && !exchange.marked) {
    return refuse(flow, block("response_rule", "a piece of a text, of which rules cannot judge the rest"));
  }
  if (!isReadableAnswer(headers)) return send();
  // As the target sent it: on the way to the client it may lose or gain codings.
  const described = headers.clone();
  flow.inspection = new AnswerInspection(
    {
      takeRoom: (bytes) => flow.takeRoom(bytes),
      giveRoom: (bytes) => flow.giveRoom(bytes),
      refuses: (text) => refuses(flow, text, holds),
      release(pieces) {
        if (flow.settled) return;
        send();
        for (const piece of pieces) if (!flow.settled) writeAnswer(flow, piece);
      },
    },
    described,
    holds,
  );
  if (!holds) send();
}

function refuses(flow: Flow, text: string, holds: boolean): boolean {
  const { exchange, services } = flow;
  const waf = flow.waf!;
  const started = services.turnClock.catchUp();
  const decision = waf.responseBody(text);
  exchange.wafMs += services.turnClock.catchUp() - started;
  exchange.findings = waf.findings;
  exchange.score = waf.score;
  if (waf.enforced !== "pass" && exchange.action === "allowed") exchange.action = "detected";
  if (!holds || decision !== "refuse" || exchange.marked) return false;
  refuse(flow, block("response_rule", waf.findings.map(({ ruleId }) => ruleId).join(" ")));
  return true;
}
