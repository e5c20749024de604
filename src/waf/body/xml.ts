import { SaxesParser } from "saxes";
import { MAX_VALUES, type ValueSink } from "./sink.ts";

const MAX_DEPTH = 128;
/** What an element has between its tags. */
const TEXT = 1;
const ELEMENTS = 2;
/** Characters handed to the parser at once: between two pieces the limits are looked at. */
const PIECE_CHARS = 8 * 1024;

/**
 * Hands out text, CDATA, comments, processing instructions, attributes and the document type of an XML text.
 *
 * [SECURITY] Reading stops at the first error and at the limits, because the parser's recovery costs time that grows
 * with the square of the input. A document that was not read to its end may be read otherwise behind Aegis, so its
 * whole text is handed out as well.
 */
export function readXml(text: string, sink: ValueSink): void {
  const reader = new XmlReader(sink);
  if (!reader.read(text)) sink.value("xml", "", text);
}

class XmlReader {
  readonly #sink: ValueSink;
  readonly #parser = new SaxesParser({ xmlns: false, position: false });
  readonly #path: string[] = [];
  /** Text and CDATA since the last tag. */
  #text = "";
  #count = 0;
  #tooDeep = false;
  /** What each open element has had so far, text or elements: both is what its text as a whole is read from. */
  readonly #content: number[] = [0];
  #isMixed = false;
  /** All text in order. */
  readonly #texts: string[] = [];

  constructor(sink: ValueSink) {
    this.#sink = sink;
    const emit = (value: string) => this.#emit(value);
    // [SECURITY] An application reads the text of an element as one, whatever CDATA and comments stand in it.
    const add = (text: string) => void (this.#text += text);
    this.#parser.on("text", add);
    this.#parser.on("cdata", add);
    this.#parser.on("comment", emit);
    this.#parser.on("processinginstruction", ({ target, body }) => emit(`${target} ${body}`));
    this.#parser.on("doctype", (doctype) => {
      sink.anomaly("xml-doctype");
      if (/<!entity/i.test(doctype)) sink.anomaly("xml-entity");
      emit(`<!DOCTYPE${doctype}>`);
      if (/^\s*\S+\s+(?:system|public)\b/i.test(doctype)) this.#forgetEntities();
    });
    this.#parser.on("opentag", (tag) => {
      this.#endText();
      this.#note(ELEMENTS);
      this.#content.push(0);
      if (this.#path.push(tag.name) > MAX_DEPTH) this.#tooDeep = true;
      for (const [name, value] of Object.entries(tag.attributes)) {
        if (++this.#count <= MAX_VALUES) sink.value("xml-attribute", name, value);
      }
    });
    this.#parser.on("closetag", () => {
      this.#endText();
      this.#path.pop();
      this.#content.pop();
    });
  }

  /** False where the document was not read to its end. */
  read(text: string): boolean {
    try {
      for (let at = 0; at < text.length; at += PIECE_CHARS) {
        this.#parser.write(text.slice(at, at + PIECE_CHARS));
        if (this.#tooDeep) this.#sink.anomaly("xml-too-deep");
        if (this.#count > MAX_VALUES) this.#sink.anomaly("too-many-values");
        if (this.#tooDeep || this.#count > MAX_VALUES) return false;
      }
      this.#parser.close();
      // [SECURITY] `textContent` and its kin leave the tags out: `un<b/>ion`.
      if (this.#isMixed) this.#sink.value("xml", "", this.#texts.join(""));
      return true;
    } catch {
      // saxes throws at what is not well-formed, and at nothing else
      this.#sink.anomaly("xml-malformed");
      return false;
    }
  }

  #endText(): void {
    const text = this.#text;
    this.#text = "";
    if (text.trim() !== "") this.#note(TEXT);
    this.#texts.push(text);
    this.#emit(text);
  }

  #note(what: number): void {
    const at = this.#content.length - 1;
    this.#content[at] = (this.#content[at] ?? 0) | what;
    if (this.#content[at] === (TEXT | ELEMENTS)) this.#isMixed = true;
  }

  /** Entities of a document type that is not at hand: readers that do not fetch it (libxml2) read on without them. */
  #forgetEntities(): void {
    const known = this.#parser.ENTITIES;
    this.#parser.ENTITIES = new Proxy(known, { get: (_, name) => known[String(name)] ?? "" });
  }

  #emit(value: string): void {
    if (value.trim() === "" || ++this.#count > MAX_VALUES) return;
    this.#sink.value("xml", this.#path[this.#path.length - 1] ?? "", value);
  }
}
