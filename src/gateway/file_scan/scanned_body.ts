import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import type { FileScanSettings } from "../../core/file_scan.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { ClamdScan, type ScanVerdict } from "./clamd_scan.ts";
import { uploadReader } from "./upload_files.ts";
import type { UploadReader, UploadSink } from "./upload_reader.ts";
import type { UploadReading } from "./upload_reading.ts";

/** [SECURITY] Files of one upload; an honest form has a few, and each costs a connection to clamd. */
const MOST_FILES = 200;

/** What was found in an upload, or why it could not be scanned. */
export interface ScanOutcome {
  /** `failed`: clamd gave no verdict; `odd`: the client sent what cannot be scanned as the target will read it. */
  readonly kind: "infected" | "failed" | "odd";
  /** Name of the file, and what clamd calls it; or why there is no verdict. */
  readonly detail: string;
}

/** What becomes of it. True: the upload may go on. */
export type OnOutcome = (outcome: ScanOutcome) => boolean;

/**
 * An upload that clamd sees on its way to the target, in constant memory. The end of a file, without which a target
 * has none, waits for the verdict: for the body's end that is its last piece, for a file of a form the piece in which
 * it ends.
 */
export class ScannedBody implements BodySource, BodySink, UploadSink {
  readonly length: number | null;
  readonly #source: BodySource;
  readonly #settings: FileScanSettings;
  readonly #onOutcome: OnOutcome;
  readonly #reader: UploadReader;
  readonly #scans = new Set<ClamdScan>();
  #current: ClamdScan | null = null;
  /** Files that are over, without a verdict. */
  #awaited = 0;
  #begun = 0;
  #sink: BodySink | null = null;
  /** Pieces that wait: the last one so far, and all since a file ended. */
  #held: Uint8Array[] = [];
  #end: { readonly trailers: HeaderList | null } | null = null;
  #pausedBySink = false;
  #pausedByScan = false;
  #isFileless = false;
  #isOver = false;

  constructor(source: BodySource, reading: UploadReading, settings: FileScanSettings, onOutcome: OnOutcome) {
    this.#source = source;
    this.length = source.length;
    this.#settings = settings;
    this.#onOutcome = onOutcome;
    this.#reader = uploadReader(reading, this);
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.#source.start(this);
  }

  pause(): void {
    this.#pausedBySink = true;
    this.#source.pause();
  }

  resume(): void {
    this.#pausedBySink = false;
    if (!this.#pausedByScan) this.#source.resume();
  }

  data(chunk: Uint8Array): void {
    // [SECURITY] An empty piece would be the last one, and let all of the body pass before its end is known.
    if (this.#isOver || chunk.length === 0) return;
    const mayPass = this.#awaited === 0;
    if (!this.#isFileless) this.#reader.push(chunk);
    if (this.#isOver) return;
    if (this.#isFileless && this.#held.length === 0) return this.#sink!.data(chunk);
    this.#held.push(Uint8Array.from(chunk));
    if (mayPass) this.#pass(this.#isFileless ? 0 : 1);
    if (this.#awaited > 0) this.#holdBack();
  }

  end(trailers: HeaderList | null): void {
    if (this.#isOver) return;
    if (!this.#isFileless) this.#reader.end();
    if (this.#isOver) return;
    this.#end = { trailers };
    this.#finish();
  }

  fail(failure: BodyFailure): void {
    if (this.#isOver) return;
    this.stop();
    this.#sink!.fail(failure);
  }

  /** Nobody waits for a verdict any more. Idempotent. */
  stop(): void {
    this.#isOver = true;
    for (const scan of this.#scans) scan.abort();
    this.#scans.clear();
    this.#held = [];
  }

  file(name: string): void {
    if (++this.#begun > MOST_FILES) {
      if (this.#begun === MOST_FILES + 1) this.odd(`${name} is one of over ${MOST_FILES} files`);
      return;
    }
    const scan: ClamdScan = new ClamdScan(this.#settings, (verdict) => {
      this.#scans.delete(scan);
      if (this.#current === scan) this.#current = null;
      else this.#awaited--;
      this.#judge(name, verdict);
      this.#goOn();
      this.#finish();
    }, () => this.#goOn());
    this.#scans.add(scan);
    this.#current = scan;
  }

  bytes(piece: Uint8Array): void {
    if (this.#current !== null && !this.#current.write(piece)) this.#holdBack();
  }

  fileEnd(): void {
    const scan = this.#current;
    if (scan === null) return;
    this.#current = null;
    this.#awaited++;
    scan.end();
  }

  odd(why: string): void {
    if (!this.#isOver && !this.#onOutcome({ kind: "odd", detail: why })) this.stop();
  }

  none(): void {
    this.#isFileless = true;
  }

  #judge(name: string, verdict: ScanVerdict): void {
    if (this.#isOver || verdict.kind === "clean") return;
    const detail = verdict.kind === "infected" ? `${name}: ${verdict.signature}` : `${name}: ${verdict.why}`;
    if (!this.#onOutcome({ kind: verdict.kind, detail })) this.stop();
  }

  #holdBack(): void {
    this.#pausedByScan = true;
    this.#source.pause();
  }

  #goOn(): void {
    if (this.#awaited > 0 || this.#isOver) return;
    this.#pass(1);
    if (!this.#pausedByScan) return;
    this.#pausedByScan = false;
    if (!this.#pausedBySink && !this.#isOver) this.#source.resume();
  }

  /** Hands over what is held, but for the last `but` pieces. */
  #pass(but: number): void {
    while (this.#held.length > but) this.#sink!.data(this.#held.shift()!);
  }

  /** The end passes once all files have their verdict. */
  #finish(): void {
    if (this.#isOver || this.#end === null || this.#scans.size > 0) return;
    this.#pass(0);
    this.#isOver = true;
    this.#sink!.end(this.#end.trailers);
  }
}
