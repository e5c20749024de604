import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import type { FileScanSettings } from "../../core/file_scan.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { ClamdScan, type ScanVerdict } from "./clamd_scan.ts";
import { UploadFiles } from "./upload_files.ts";

/** [SECURITY] Files of one upload; an honest form has a few, and each costs a connection to clamd. */
const MOST_FILES = 64;

/** What was found in an upload, or why it could not be scanned. */
export interface ScanOutcome {
  readonly kind: "infected" | "failed";
  /** Name of the file, and what clamd calls it; or why there is no verdict. */
  readonly detail: string;
}

/** What becomes of it. True: the upload may go on. */
export type OnOutcome = (outcome: ScanOutcome) => boolean;

/**
 * An upload that clamd sees on its way to the target. All but its last piece passes at once, in constant memory; the
 * last one, without which a target has no upload, waits for the verdicts on all files.
 */
export class ScannedBody implements BodySource, BodySink {
  readonly length: number | null;
  readonly #source: BodySource;
  readonly #settings: FileScanSettings;
  readonly #onOutcome: OnOutcome;
  readonly #files: UploadFiles;
  readonly #scans = new Set<ClamdScan>();
  #current: ClamdScan | null = null;
  #begun = 0;
  #sink: BodySink | null = null;
  /** The last piece so far. */
  #held: Uint8Array | null = null;
  #end: { readonly trailers: HeaderList | null } | null = null;
  #pausedBySink = false;
  #pausedByScan = false;
  #isOver = false;

  constructor(source: BodySource, boundary: string | null, settings: FileScanSettings, onOutcome: OnOutcome) {
    this.#source = source;
    this.length = source.length;
    this.#settings = settings;
    this.#onOutcome = onOutcome;
    this.#files = new UploadFiles(boundary, {
      file: (name) => this.#begin(name),
      bytes: (piece) => {
        if (this.#current !== null && !this.#current.write(piece)) this.#holdBack();
      },
    });
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
    if (this.#isOver) return;
    this.#files.push(chunk);
    if (this.#isOver) return;
    const before = this.#held;
    this.#held = Uint8Array.from(chunk);
    if (before !== null) this.#sink!.data(before);
  }

  end(trailers: HeaderList | null): void {
    if (this.#isOver) return;
    this.#files.end();
    this.#current?.end();
    this.#end = { trailers };
    this.#finish();
  }

  fail(failure: BodyFailure): void {
    this.stop();
    this.#sink!.fail(failure);
  }

  /** Nobody waits for a verdict any more. Idempotent. */
  stop(): void {
    this.#isOver = true;
    for (const scan of this.#scans) scan.abort();
    this.#scans.clear();
    this.#held = null;
  }

  #begin(name: string): void {
    this.#current?.end();
    this.#current = null;
    if (++this.#begun > MOST_FILES) {
      if (this.#begun === MOST_FILES + 1) {
        this.#judge(name, { kind: "failed", why: `over ${MOST_FILES} files` });
      }
      return;
    }
    const scan: ClamdScan = new ClamdScan(this.#settings, (verdict) => {
      this.#scans.delete(scan);
      this.#goOn();
      this.#judge(name, verdict);
      this.#finish();
    }, () => this.#goOn());
    this.#scans.add(scan);
    this.#current = scan;
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
    if (!this.#pausedByScan) return;
    this.#pausedByScan = false;
    if (!this.#pausedBySink && !this.#isOver) this.#source.resume();
  }

  /** The end passes once all files have their verdict. */
  #finish(): void {
    if (this.#isOver || this.#end === null || this.#scans.size > 0) return;
    this.#isOver = true;
    const last = this.#held;
    this.#held = null;
    if (last !== null) this.#sink!.data(last);
    this.#sink!.end(this.#end.trailers);
  }
}
