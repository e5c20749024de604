import { Buffer } from "node:buffer";
import { decodeText } from "./charset.ts";
import type { ValueSink } from "./sink.ts";
import { decodeForm } from "./urlencoded.ts";

const WORD = /=\?([\w-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?]*)\?=/gi;

/**
 * `utf-8''x%20y` → `x y` (RFC 5987, 3.2.1). Of a charset that hides ASCII it is `multipart-charset`: werkzeug and Tomcat
 * know `ibm037`.
 */
export function extendedValue(text: string, sink: ValueSink): string {
  const [found, charset] = /^([^']*)'[^']*'/.exec(text) ?? ["", ""];
  judge(charset!, sink);
  // No plus sign stands for a blank here.
  return decodeForm(text.slice(found!.length).replaceAll("+", "%2B"));
}

/** `=?utf-8?B?Jw==?=` → `'` (RFC 2047): Tomcat reads names and file names so. The same text where no such word stands. */
export function encodedWords(text: string, sink: ValueSink): string {
  if (!text.includes("=?")) return text;
  return text.replace(WORD, (_, charset: string, kind: string, content: string) => {
    judge(charset, sink);
    const bytes = /b/i.test(kind) ? Buffer.from(content, "base64") : fromQ(content);
    return decodeText(bytes, charset).text;
  });
}

function fromQ(content: string): Uint8Array {
  const text = content.replaceAll("_", " ").replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => {
    return String.fromCharCode(parseInt(hex, 16));
  });
  return Buffer.from(text, "latin1");
}

function judge(charset: string, sink: ValueSink): void {
  if (decodeText(new Uint8Array(), charset).anomaly === "charset-unusual") sink.anomaly("multipart-charset");
}
