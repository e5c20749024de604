import { decodeText } from "../body/charset.ts";

/** A JSON body as a value, or what keeps it from being one. */
export type ReadJson =
  | { readonly value: unknown; readonly fault: null }
  | { readonly value: null; readonly fault: string };

/** Deeper texts are refused: no API needs them, and every reader of the tree would have to fear them. */
const MAX_DEPTH = 64;

/**
 * Reads a whole body (RFC 8259). [SECURITY] Stricter than JSON.parse: of a field that stands twice an application may
 * read the other one (RFC 8259, 4; CWE-436), and what is not UTF-8 it may read as something else.
 */
export function readJsonBody(bytes: Uint8Array, charset: string | null): ReadJson {
  const { text, anomaly } = decodeText(bytes, charset);
  if (anomaly !== null) return failed("is not text in UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failed("is not JSON");
  }
  const fault = structureFault(text);
  return fault === null ? { value, fault: null } : failed(fault);
}

function failed(fault: string): ReadJson {
  return { value: null, fault };
}

/** What is wrong with the structure of a text that is JSON; one pass. */
function structureFault(text: string): string | null {
  /** Names so far of each open object; null: an array. */
  const open: (Set<string> | null)[] = [];
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: { // [
        const isObject = text.charCodeAt(at) === 0x7b;
        if (open.length >= MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
        open.push(isObject ? new Set() : null);
        isKey = isObject;
        break;
      }
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        isKey = false;
        break;
      case 0x2c: // ,
        isKey = open.at(-1) instanceof Set;
        break;
      case 0x22: { // "
        const end = endOfString(text, at + 1);
        if (isKey) {
          const name = nameOf(text.slice(at + 1, end));
          const names = open.at(-1)!;
          if (names.has(name)) return `holds the field ${JSON.stringify(name.slice(0, 64))} twice`;
          names.add(name);
          isKey = false;
        }
        at = end;
      }
    }
  }
  return null;
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at++;
  }
  return text.length;
}

function nameOf(raw: string): string {
  return raw.includes("\\") ? JSON.parse(`"${raw}"`) as string : raw;
}
