import { SaxesParser } from "saxes";
import { MAX_VALUES, type ValueSink } from "./sink.ts";

const MAX_DEPTH = 128;

/** Hands out text, CDATA, comments, processing instructions, attributes and the document type of an XML text. */
export function readXml(text: string, sink: ValueSink): void {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const path: string[] = [];
  let count = 0;
  let malformed = false;
  function emit(value: string): void {
    if (value.trim() !== "" && ++count <= MAX_VALUES) sink.value("xml", path[path.length - 1] ?? "", value);
  }
  parser.on("text", emit);
  parser.on("cdata", emit);
  parser.on("comment", emit);
  parser.on("processinginstruction", (instruction) => emit(`${instruction.target} ${instruction.body}`));
  parser.on("doctype", (doctype) => {
    sink.anomaly("xml-doctype");
    if (/<!entity/i.test(doctype)) sink.anomaly("xml-entity");
    emit(`<!DOCTYPE${doctype}>`);
  });
  parser.on("opentag", (tag) => {
    if (path.length >= MAX_DEPTH) sink.anomaly("xml-too-deep");
    path.push(tag.name);
    for (const [name, value] of Object.entries(tag.attributes)) {
      if (++count <= MAX_VALUES) sink.value("xml-attribute", name, value);
    }
  });
  parser.on("closetag", () => {
    path.pop();
  });
  parser.on("error", () => {
    malformed = true;
  });
  parser.write(text).close();
  if (malformed) sink.anomaly("xml-malformed");
  if (count > MAX_VALUES) sink.anomaly("too-many-values");
  // A broken document may be read otherwise behind Aegis: its whole text is inspected too.
  if (malformed || count > MAX_VALUES) sink.value("xml", "", text);
}
