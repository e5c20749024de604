/**
 * A raw query without the parameters called `name`, and with `value` in the place of the first (or at the end) where
 * one is given. Other parameters keep their bytes. Null: nothing is left.
 */
export function editQuery(rawQuery: string | null, name: string, value: string | null): string | null {
  const kept: string[] = [];
  const written = value === null ? null : `${encode(name)}=${encode(value)}`;
  let stands = written === null;
  for (const pair of rawQuery === null || rawQuery === "" ? [] : rawQuery.split("&")) {
    if (!isCalled(pair, name)) kept.push(pair);
    else if (!stands) {
      kept.push(written!);
      stands = true;
    }
  }
  if (!stands) kept.push(written!);
  return kept.length === 0 ? null : kept.join("&");
}

/** [SECURITY] Compared as the application reads it: `%61dmin` and `admin` are one parameter. */
function isCalled(pair: string, name: string): boolean {
  const equals = pair.indexOf("=");
  const raw = equals < 0 ? pair : pair.slice(0, equals);
  if (raw === name) return true;
  return (raw.includes("%") || raw.includes("+")) && decode(raw) === name;
}

function decode(text: string): string {
  const bytes = text.replaceAll("+", " ").replace(
    /%([0-9A-Fa-f]{2})/g,
    (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
    );
  } catch {
    return bytes; // not UTF-8: compared byte by byte
  }
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("%20", "+");
}
