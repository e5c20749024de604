/** Largest count in `{n,m}` that V8's linear engine unrolls. */
const MOST_COUNT = 16;
/** Longer patterns would cost more than the check is worth. */
const LONGEST = 4_096;
const MOST_REPEATS = 1_024;

/**
 * A pattern of a document as V8's linear engine takes it, or null where it cannot run in linear time (look-around,
 * back-references, `\p{…}`). Large counts are written out; groups capture nothing. What it matches stays the same.
 */
export function linearPattern(pattern: string): string | null {
  if (runsLinear(pattern)) return pattern;
  const written = writeOutCounts(pattern);
  return written !== null && runsLinear(written) ? written : null;
}

function runsLinear(pattern: string): boolean {
  try {
    new RegExp(pattern, "l");
    return true;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false;
    throw thrown;
  }
}

/** `[a-f]{40}` → `[a-f]{16}[a-f]{16}[a-f]{8}`. */
function writeOutCounts(pattern: string): string | null {
  let out = "";
  /** Where the groups that are open begin in `out`. */
  const groups: number[] = [];
  let atom = 0;
  for (let at = 0; at < pattern.length;) {
    if (out.length > LONGEST) return null;
    const char = pattern[at]!;
    const count = char === "{" ? /^\{(\d+)(?:(,)(\d*))?\}\??/.exec(pattern.slice(at, at + 24)) : null;
    if (count !== null) {
      const repeated = repeat(out.slice(atom), count);
      if (repeated === null) return null;
      out = out.slice(0, atom) + repeated;
      at += count[0].length;
      continue;
    }
    if (char === "(") {
      groups.push(out.length);
      atom = out.length;
      const named = /^\(\?<[A-Za-z_$][\w$]*>/.exec(pattern.slice(at, at + 128));
      out += named !== null || pattern[at + 1] !== "?" ? "(?:" : "(";
      at += named?.[0].length ?? 1;
      // Look-behind is no group that could be named.
      continue;
    }
    if (char === ")") {
      atom = groups.pop() ?? out.length;
      out += char;
      at++;
      continue;
    }
    // Where groups capture nothing `\1` would be a character (ECMA-262, B.1.2), and the pattern another one.
    if (/^\\[1-9k]/.test(pattern.slice(at, at + 2))) return null;
    const piece = pieceAt(pattern, at);
    if (!/^[*+?]$/.test(piece)) atom = out.length;
    out += piece;
    at += piece.length;
  }
  return out;
}

/** An escape, a class or one character. */
function pieceAt(pattern: string, at: number): string {
  if (pattern[at] === "\\") {
    return /^\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[^])?/.exec(pattern.slice(at, at + 6))![0];
  }
  if (pattern[at] !== "[") return pattern[at]!;
  let end = at + 1;
  while (end < pattern.length && pattern[end] !== "]") end += pattern[end] === "\\" ? 2 : 1;
  return pattern.slice(at, end + 1);
}

function repeat(atom: string, [, least = "", comma, most = ""]: RegExpExecArray): string | null {
  const from = Number(least);
  const to = comma === undefined ? from : most === "" ? Infinity : Number(most);
  if (from > MOST_REPEATS || (to !== Infinity && to > MOST_REPEATS) || to < from) return null;
  let text = "";
  for (let left = from; left > 0; left -= MOST_COUNT) text += `${atom}{${Math.min(left, MOST_COUNT)}}`;
  if (to === Infinity) return `${text}${atom}*`;
  for (let left = to - from; left > 0; left -= MOST_COUNT) text += `${atom}{0,${Math.min(left, MOST_COUNT)}}`;
  return text === "" ? "(?:)" : text;
}
