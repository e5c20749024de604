/** What one element of `Forwarded` (RFC 7239, 4) says. null: nothing, or nothing that can be read. */
export interface ForwardedElement {
  readonly node: string | null;
  readonly proto: string | null;
}

const NOTHING: ForwardedElement = Object.freeze({ node: null, proto: null });

/** An element that names a parameter twice says nothing. Values are what stands within their quotes. */
export function readForwarded(element: string): ForwardedElement {
  let node: string | null = null;
  let proto: string | null = null;
  for (const pair of element.split(";")) {
    const at = pair.indexOf("=");
    if (at < 0) continue;
    const name = pair.slice(0, at).trim().toLowerCase();
    const value = unquoted(pair.slice(at + 1).trim());
    if (name === "for") {
      if (node !== null) return NOTHING;
      node = value;
    } else if (name === "proto") {
      if (proto !== null) return NOTHING;
      proto = value;
    }
  }
  return { node, proto };
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
