import type { BodyFailure } from "../../core/body.ts";
import type { Standing } from "../../core/challenge.ts";
import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Ban } from "../../core/snapshot.ts";
import type { Target } from "../../core/target.ts";
import type { Place } from "../../core/place.ts";
import type { UpstreamCall } from "../../core/ports.ts";
import { type Block, block } from "../../core/verdict.ts";
import type { AddressWords } from "../../lib/ip.ts";
import type { KnownAgent } from "../../shield/bots/agent_book.ts";
import type { Waiting } from "../../shield/tarpit.ts";
import type { WafTransaction } from "../../waf/engine.ts";
import type { CompiledHost, CompiledSnapshot } from "../compiled_snapshot.ts";
import { NO_TICKET } from "../balancer/breakers.ts";
import type { ScannedBody } from "../file_scan/scanned_body.ts";
import type { AnswerInspection } from "../response/answer_inspection.ts";
import type { BodyEncoder } from "../response/body_encoder.ts";
import type { ClientSigns, SignKind } from "../../waf/signs.ts";
import type { Rewrite } from "../routing/rewrite.ts";
import type { GatewayServices } from "../services.ts";
import { type SignedRequest, signOf } from "../signs.ts";
import type { WatchedRequest } from "../watched_request.ts";
import type { PendingCount } from "./pending_count.ts";
import { type BodyWatch, RequestBody } from "./request_body.ts";

const NONE = new HeaderList();

/** Whether a request counts as one that Aegis or a target works at. */
type Flight = "in" | "waiting" | "over";

/** How the body ends an exchange from outside of the stages. */
export interface FlowEnd {
  refuse(flow: Flow, verdict: Block): void;
  bodyFailed(flow: Flow, failure: BodyFailure): void;
}

/** What an exchange holds of a target while an attempt at it lasts. */
export interface HeldTarget {
  /** Gives it back. Idempotent. */
  over(): void;
}

/**
 * One exchange on its way through the stages, with what they hand to each other. It keeps the snapshot it began with,
 * whatever is published meanwhile.
 */
export class Flow implements BodyWatch, ClientSigns, SignedRequest {
  readonly #end: FlowEnd;
  readonly exchange: Exchange;
  readonly snapshot: CompiledSnapshot;
  readonly services: GatewayServices;
  readonly body: RequestBody;

  /** Stage 04: the client's address; null only where it does not parse, which no socket gives. */
  clientWords: AddressWords | null = null;
  /** Stage 06. */
  host: CompiledHost | null = null;
  /** What the user agent says; null until `agentOf` is asked. */
  agent: KnownAgent | null = null;
  /** What speaks against a browser; -1 until `botMarksOf` is asked. */
  botMarks = -1;
  /** 1: it looks automated over what its client sent; -1 until `looksAutomated` is asked. */
  suspect = -1;
  /** Stage 06: subject of the client's certificate, where the host asks for one and it is good; else empty. */
  clientSubject = "";
  /** Stage 07: fields that whatever answer follows must carry; the host's, never changed here. */
  fixedHeaders: HeaderList = NONE;
  /** Stage 12: the ban that refuses the request, and would refuse it again on its connection. */
  lastingBan: Ban | null = null;
  /** Stage 15. */
  standing: Standing = "none";
  /** Stage 16: the client behind a proxy that this request counts as a connection of. */
  heldFor: AddressWords | null = null;
  /** Stage 24: rate rules that count the target's answer. */
  pendingCounts: PendingCount[] | null = null;
  /** Stage 25, where the host's WAF is on. */
  waf: WafTransaction | null = null;
  /** Stage 25, where correlated rules count the host's requests. */
  watched: WatchedRequest | null = null;
  /** Stage 28: what goes to the target instead of what came; null where that is the same. */
  rewrite: Rewrite | null = null;
  /** Stage 29. */
  target: Target | null = null;
  /** Stage 29: of the target's breaker, until an attempt takes it over; see `Balancer.ticket`. */
  ticket = NO_TICKET;
  /** Stage 30: the attempt that holds what has to be given back when the exchange is over. */
  attempt: HeldTarget | null = null;
  /** Stage 30: what runs at the target. */
  call: UpstreamCall | null = null;
  /** Stage 30, where uploads are scanned. */
  scan: ScannedBody | null = null;
  /** Stage 31, where the answer is compressed: its body goes through here. */
  encoder: BodyEncoder | null = null;
  /** Stage 27, while a hostile client is held back. */
  waiting: Waiting | null = null;
  /** Stage 31, where rules want to see the body of the answer. */
  inspection: AnswerInspection | null = null;
  /** Stage 25: the request is kept whole, for replay. */
  hasEvidence = false;
  #flight: Flight = "in";
  /** Nothing more is decided: answered, refused or gone. */
  settled = false;
  /** undefined: nobody asked yet. */
  #place: Place | null | undefined = undefined;

  constructor(exchange: Exchange, services: GatewayServices, end: FlowEnd) {
    this.exchange = exchange;
    this.snapshot = services.snapshot;
    this.services = services;
    this.body = new RequestBody(exchange.body, this);
    this.#end = end;
    services.alarm.enter();
    if (exchange.body.length !== 0) this.waitForClient();
  }

  /** Over, or become what lasts as long as it likes: a tunnel, an event stream. Idempotent. */
  leaveFlight(): void {
    if (this.#flight === "in") this.services.alarm.leave();
    this.#flight = "over";
  }

  /**
   * What goes on is up to the client, or it is held back. [SECURITY] It is no load until `goOn`: a few hundred slow
   * uploads or downloads would else have everybody challenged.
   */
  waitForClient(): void {
    if (this.#flight !== "in") return;
    this.#flight = "waiting";
    this.services.alarm.leave();
  }

  goOn(): void {
    if (this.#flight !== "waiting") return;
    this.#flight = "in";
    this.services.alarm.comeBack();
  }

  /** A piece of the answer's body. False: the client reads slowly; what brings the body is resumed when it takes more. */
  writeToClient(chunk: Uint8Array): boolean {
    const { response } = this.exchange;
    const takes = response.write(chunk);
    if (takes) return true;
    this.waitForClient();
    response.onDrain ??= () => this.#clientTakesMore();
    return false;
  }

  #clientTakesMore(): void {
    this.goOn();
    if (this.encoder === null) this.call?.resume();
    else this.encoder.resume();
  }

  /** Where the client is; null: not known. Looked up when first asked for. */
  get place(): Place | null {
    if (this.#place === undefined) {
      this.#place = this.clientWords === null ? null : this.services.geo.lookUp(this.clientWords);
    }
    return this.#place;
  }

  sign(kind: SignKind): string {
    return signOf(this, kind);
  }

  // What the body asks and tells.

  takeRoom(bytes: number): boolean {
    return this.services.inspection.take(bytes, this.snapshot.settings.waf.inspect_total_bytes);
  }

  giveRoom(bytes: number): void {
    this.services.inspection.give(bytes);
  }

  received(): void {
    this.goOn();
  }

  tooLarge(): void {
    this.#end.refuse(this, block("body_too_large", `over ${this.body.maxBytes} bytes`));
  }

  noRoom(): void {
    this.#end.refuse(this, block("overload", "memory for bodies under inspection is used up"));
  }

  failedWhileHeld(failure: BodyFailure): void {
    this.#end.bodyFailed(this, failure);
  }
}
