import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Target } from "../../core/host.ts";
import type { UpstreamCall } from "../../core/ports.ts";
import type { AddressWords } from "../../lib/ip.ts";
import type { WafTransaction } from "../../waf/engine.ts";
import type { CompiledHost, CompiledSnapshot } from "../compiled_snapshot.ts";
import type { GatewayServices } from "../services.ts";
import type { RequestBody } from "./request_body.ts";

const NONE = new HeaderList();

/**
 * One exchange on its way through the stages, with what they hand to each other. It keeps the snapshot it began with,
 * whatever is published meanwhile.
 */
export class Flow {
  readonly exchange: Exchange;
  readonly snapshot: CompiledSnapshot;
  readonly services: GatewayServices;
  readonly body: RequestBody;

  /** Stage 04: the client's address; null only where it does not parse, which no socket gives. */
  clientWords: AddressWords | null = null;
  /** Stage 06. */
  host: CompiledHost | null = null;
  /** Stage 07: fields that whatever answer follows must carry; the host's, never changed here. */
  fixedHeaders: HeaderList = NONE;
  /** Stage 25, where the host's WAF is on. */
  waf: WafTransaction | null = null;
  /** Stage 29. */
  target: Target | null = null;
  /** Stage 30: what runs at the target. */
  call: UpstreamCall | null = null;
  /** Nothing more is decided: answered, refused or gone. */
  settled = false;

  constructor(exchange: Exchange, snapshot: CompiledSnapshot, services: GatewayServices, body: RequestBody) {
    this.exchange = exchange;
    this.snapshot = snapshot;
    this.services = services;
    this.body = body;
  }
}
