/** A piece of text that prints, or one character that does not. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "named"; readonly name: string; readonly title: string };

const C0 =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
    .split(" ");

const INVISIBLE: Readonly<Record<number, string>> = {
  0x7f: "DEL",
  0xa0: "NBSP",
  0xad: "SHY",
  0x61c: "ALM",
  0x200b: "ZWSP",
  0x200c: "ZWNJ",
  0x200d: "ZWJ",
  0x200e: "LRM",
  0x200f: "RLM",
  0x2028: "LS",
  0x2029: "PS",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
};

/**
 * [SECURITY] Logged values are hostile: controls, direction overrides (CVE-2021-42574) and characters without width
 * could make one value look like another. Each of them becomes a name in a box; all else stays as it is. Texts that
 * are lines by nature keep their line feeds.
 */
export function pieces(text: string, keepLineEnds = false): Piece[] {
  const out: Piece[] = [];
  let plain = "";
  for (const char of text) {
    const name = nameOf(char.codePointAt(0) ?? 0);
    if (name === null || (keepLineEnds && char === "\n")) {
      plain += char;
      continue;
    }
    if (plain !== "") out.push({ kind: "text", text: plain });
    plain = "";
    out.push({ kind: "named", name, title: titleOf(name, char.codePointAt(0) ?? 0) });
  }
  if (plain !== "") out.push({ kind: "text", text: plain });
  return out;
}

/** The same for attributes and titles, where no box can stand: `a⟨LF⟩b`. */
export function neutral(text: string): string {
  return pieces(text).map((piece) => piece.kind === "text" ? piece.text : `⟨${piece.name}⟩`).join("");
}

function nameOf(code: number): string | null {
  if (code < 0x20) return C0[code] ?? null;
  if (code < 0x7f) return null;
  const known = INVISIBLE[code];
  if (known !== undefined) return known;
  if (code < 0xa0) return hex(code);
  if (code >= 0xd800 && code <= 0xdfff) return hex(code);
  if (code >= 0xfe00 && code <= 0xfe0f) return hex(code);
  if (code >= 0xe0000 && code <= 0xe0fff) return hex(code);
  return null;
}

function titleOf(name: string, code: number): string {
  return code < 0x100 ? `${name}, byte ${code.toString(16).padStart(2, "0")}` : `${name}, ${hex(code)}`;
}

function hex(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
