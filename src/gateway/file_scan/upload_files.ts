import { Buffer } from "node:buffer";
import { FormFiles } from "./form_files.ts";
import type { UploadReader, UploadSink } from "./upload_reader.ts";
import type { UploadReading } from "./upload_reading.ts";

/** Characters of a text that tell whether it is one. */
const BEGINNING = 64;
const BODY = "the body";

/** Who finds the files of a body that is to be read like this. */
export function uploadReader(reading: UploadReading, sink: UploadSink): UploadReader {
  if (reading.kind === "form") return new FormFiles(reading.boundary, sink);
  if (reading.kind === "text") return new DoubtfulText(reading.beginning, sink);
  sink.file(BODY);
  return wholeBody(sink);
}

function wholeBody(sink: UploadSink): UploadReader {
  return { push: (chunk) => sink.bytes(chunk), end: () => sink.fileEnd() };
}

/** A body that should be text: a file where it does not begin as that. */
class DoubtfulText implements UploadReader {
  readonly #beginning: RegExp;
  readonly #sink: UploadSink;
  #seen: Uint8Array = new Uint8Array();
  #isText = false;
  #file: UploadReader | null = null;

  constructor(beginning: RegExp, sink: UploadSink) {
    this.#beginning = beginning;
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    if (this.#isText) return;
    if (this.#file !== null) return this.#file.push(chunk);
    this.#seen = Buffer.concat([this.#seen, chunk]);
    if (this.#beginning.test(Buffer.from(this.#seen.subarray(0, BEGINNING)).toString("latin1"))) {
      this.#isText = true;
      this.#sink.none();
    } else if (this.#seen.length >= BEGINNING) this.#isFile();
  }

  end(): void {
    if (this.#isText) return;
    if (this.#file === null) this.#isFile().end();
    else this.#file.end();
  }

  #isFile(): UploadReader {
    this.#sink.file(BODY);
    this.#file = wholeBody(this.#sink);
    this.#file.push(this.#seen);
    this.#seen = new Uint8Array();
    return this.#file;
  }
}
