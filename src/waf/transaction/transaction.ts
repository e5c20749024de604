import type { Finding } from "../../core/finding.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { BodyInspection } from "./body_inspection.ts";
import { bytesToText } from "../body/byte_text.ts";
import { readCookies, readPairs, readReferer } from "../body/urlencoded.ts";
import type { PlacedValue, RequestView } from "../conditions.ts";
import { bitOf } from "../program/field_bits.ts";
import { Judgement } from "./judgement.ts";
import { PIECE_CHARS } from "../text/long_value.ts";
import type { Program } from "../program/program.ts";
import { hasFraming, type WafDecision, type WafRequest } from "../request.ts";
import { HeadView, valuesBehindHead } from "./request_view.ts";
import { readSigns } from "../signs.ts";
import { runToEnd, type Steps } from "./steps.ts";
import type { Selector } from "../targets/selector.ts";
import type { TransactionPolicy } from "./transaction_policy.ts";
import { ValueJudge } from "./value_judge.ts";
import { ValueQueue } from "./value_queue.ts";

/** Longer bodies, and compressed ones, are judged in steps. */
const LONG_BODY_BYTES = 8 * 1024;
const NO_BYTES = new Uint8Array();

/** One request on its way through the rules. Never throws, whatever the client sent. */
export class Transaction implements RequestView {
  readonly #policy: TransactionPolicy;
  readonly #request: WafRequest;
  readonly #judgement: Judgement;
  readonly #values: ValueJudge;
  #body: BodyInspection | null = null;
  /** Between the parsers of a long body and `#values`; null: the body is a short one. */
  #queue: ValueQueue | null = null;
  /** What is left to do of a long body. */
  #rest: Steps | null = null;
  #response: { status: number; headers: HeaderList } | null = null;
  #answerText = "";

  constructor(policy: TransactionPolicy, request: WafRequest) {
    this.#policy = policy;
    this.#request = request;
    this.#judgement = new Judgement(policy, request.path);
    this.#values = new ValueJudge(policy, request.path, this.#judgement);
  }

  get threshold(): number {
    return this.#policy.threshold;
  }

  get findings(): Finding[] {
    return this.#judgement.findings;
  }

  get score(): number {
    return this.#judgement.score;
  }

  /** Where decision `redirect` leads; null before. */
  get redirectUrl(): string | null {
    return this.#judgement.redirectUrl;
  }

  /** What mode `enforce` says, or would say, of the request so far. */
  get enforced(): WafDecision {
    return this.#judgement.enforced;
  }

  /** Phase request-headers. */
  requestHead(): WafDecision {
    const { method, rawPath, path, rawQuery, headers, clientAddress, protocol, signs } = this.#request;
    this.#values.value("path", "", path);
    this.#values.value("raw-path", "", rawPath);
    this.#values.value("method", "", method);
    this.#values.value("protocol", "", protocol);
    this.#values.value("client", "", clientAddress);
    if (signs !== undefined) readSigns(signs, this.#policy.program.kinds, this.#values);
    this.#values.value("uri", "", rawQuery === null ? rawPath : `${rawPath}?${rawQuery}`);
    if (rawQuery !== null && rawQuery !== "") this.#query(rawQuery);
    for (let i = 0; i < headers.length; i++) this.#header(headers.names[i]!, headers.values[i]!);
    this.#conditions("request-headers");
    if (!hasFraming(this.#request)) this.#conditions("request-body");
    return this.#decide();
  }

  /**
   * `whole`: a body may follow; hold it up to the inspection limit, pass what is longer on in windows.
   * [SECURITY] Over HTTP/2 a body needs no Content-Length, whatever the method.
   */
  get bodyNeed(): "none" | "whole" {
    if (this.#judgement.isAllowed || this.#request.headers.get("content-length") === "0") return "none";
    return hasFraming(this.#request) || !this.#request.protocol.startsWith("HTTP/1") ? "whole" : "none";
  }

  /** The whole body, as sent, with what stands behind it. */
  requestBody(bytes: Uint8Array, trailers: HeaderList | null = null): WafDecision {
    return this.beginBody(bytes, trailers, Infinity)!;
  }

  /**
   * As `requestBody`, for about `ms` milliseconds. Null: it is a long body, of which `goOn` judges more; `bytes` must
   * stay as they are until then.
   */
  beginBody(bytes: Uint8Array, trailers: HeaderList | null, ms: number): WafDecision | null {
    this.#beginBodyCall(bytes);
    this.#wholeBody(this.#body!, bytes);
    return this.#queue === null
      ? this.requestBodyEnd(trailers)
      : this.#judgeFor(ms, this.#restOfBody(trailers));
  }

  /** More of a long body, for about `ms` milliseconds; null: there is still more. */
  goOn(ms: number): WafDecision | null {
    this.#values.bound.beginCall();
    return this.#judgeFor(ms, this.#rest!);
  }

  /** [SECURITY] Rules that compare the whole request see the values of every body, known or not. */
  #wholeBody(body: BodyInspection, bytes: Uint8Array): void {
    const { bodyMemo, conditional } = this.#policy.program;
    const isJudgedHere = this.#queue === null && conditional["request-body"].length === 0;
    const key = isJudgedHere ? body.keyOf(bytes) : null;
    const bit = bitOf("body", this.#policy.learned !== null);
    if (key !== null && bodyMemo.has(key, bit)) return;
    const before = this.#judgement.hits;
    body.whole(bytes);
    if (key !== null && this.#judgement.hits === before && this.#values.sawAll) bodyMemo.add(key, bit);
  }

  /** The next part of a body that is not held as a whole; `chunk` is only read during the call. */
  requestBodyWindow(chunk: Uint8Array): WafDecision {
    return this.beginWindow(chunk, Infinity)!;
  }

  /** As `requestBodyWindow`, for about `ms` milliseconds; null: `goOn` judges more of it. */
  beginWindow(chunk: Uint8Array, ms: number): WafDecision | null {
    this.#beginBodyCall(chunk);
    this.#body!.window(chunk);
    return this.#queue === null ? this.#decide() : this.#judgeFor(ms, this.#queued(this.#queue));
  }

  /** The body is over. Trailers are judged as fields of the head: many a server merges them. */
  requestBodyEnd(trailers: HeaderList | null = null): WafDecision {
    this.#beginBodyCall(NO_BYTES);
    this.#body!.end();
    if (this.#queue !== null) runToEnd(this.#queued(this.#queue));
    for (let i = 0; i < (trailers?.length ?? 0); i++) this.#header(trailers!.names[i]!, trailers!.values[i]!);
    this.#conditions("request-body");
    return this.#decide();
  }

  /** Phase response-headers. */
  responseHead(status: number, headers: HeaderList): WafDecision {
    this.#values.phase = "response-headers";
    this.#response = { status, headers };
    this.#values.value("response-status", "", String(status));
    for (let i = 0; i < headers.length; i++) {
      this.#values.value("response-header", headers.names[i]!, headers.values[i]!);
    }
    this.#conditions("response-headers");
    return this.#decide();
  }

  /** Phase response-body: the text of the answer's beginning, or all of it. */
  responseBody(text: string): WafDecision {
    this.#values.phase = "response-body";
    this.#answerText = text;
    this.#values.value("response-body", "", text);
    this.#conditions("response-body");
    return this.#decide();
  }

  valuesOf(selector: Selector): readonly PlacedValue[] {
    const head = new HeadView(this.#request, this.#response).valuesOf(selector);
    const { anomalies, bodyValues } = this.#values;
    return [...head, ...valuesBehindHead(selector, anomalies, bodyValues, this.#answerText)];
  }

  #query(rawQuery: string): void {
    const memo = this.#policy.program.fieldMemo;
    const bit = bitOf("query", this.#policy.learned !== null);
    if (memo.has(rawQuery, bit)) return;
    const before = this.#judgement.hits;
    this.#values.value("query", "", rawQuery);
    if (/%(?![0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.test(rawQuery)) this.#values.anomaly("query-malformed-escape");
    if (/%25[0-9a-fA-F]{2}/.test(rawQuery)) this.#values.anomaly("double-encoding");
    readPairs(rawQuery, this.#values);
    if (this.#judgement.hits === before && this.#values.sawAll) memo.add(rawQuery, bit);
  }

  #header(name: string, value: string): void {
    this.#values.value("header-name", name, name);
    if (name === "referer") return readReferer(value, this.#values);
    if (name !== "cookie") return this.#values.value("header", name, bytesToText(value));
    const { fieldMemo: memo, kinds } = this.#policy.program;
    if (kinds.header?.named.has("cookie") === true) this.#values.value("header", name, bytesToText(value));
    const bit = bitOf("cookie", this.#policy.learned !== null);
    if (memo.has(value, bit)) return;
    const before = this.#judgement.hits;
    readCookies(value, this.#values);
    if (this.#judgement.hits === before && this.#values.sawAll) memo.add(value, bit);
  }

  #beginBodyCall(bytes: Uint8Array): void {
    this.#values.phase = "request-body";
    if (this.#body !== null) return;
    const isLong = bytes.length > LONG_BODY_BYTES || this.#request.headers.has("content-encoding");
    this.#queue = isLong ? new ValueQueue() : null;
    this.#body = new BodyInspection(this.#request, this.#queue ?? this.#values, this.#policy.maxInspectBytes);
    this.#values.body = this.#body;
  }

  *#restOfBody(trailers: HeaderList | null): Steps {
    yield* this.#queued(this.#queue!);
    this.requestBodyEnd(trailers);
  }

  /** Judges what the parsers found so far. */
  *#queued(queue: ValueQueue): Steps {
    for (const found of queue.take()) {
      const pieces = this.#values.steps(found);
      if (pieces === null) yield;
      else yield* pieces;
    }
  }

  #judgeFor(ms: number, steps: Steps): WafDecision | null {
    const { clock } = this.#policy;
    const until = clock.monotonic() + ms;
    while (steps.next().done !== true) {
      if (clock.monotonic() < until) continue;
      this.#rest = steps;
      this.#values.bound.endCall();
      return null;
    }
    if (this.#rest === steps) this.#rest = null;
    return this.#decide();
  }

  #conditions(phase: keyof Program["conditional"]): void {
    if (this.#judgement.isAllowed) return;
    const { program } = this.#policy;
    for (const index of program.conditional[phase]) {
      if (this.#policy.effects[index] === null || this.#judgement.hasCounted(index)) continue;
      const witness = program.rules[index]!.conditions!.test(this);
      if (witness === null) continue;
      const value = witness.value.slice(0, PIECE_CHARS);
      this.#judgement.matched({ rule: index, span: [0, 0] }, { ...witness, value, phase });
    }
  }

  #decide(): WafDecision {
    this.#values.bound.endCall();
    return this.#policy.mode === "detect" ? "pass" : this.enforced;
  }
}
