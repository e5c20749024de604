/** `/traffic` with a filter and a range; empty parts are left out. */
export function trafficHref(
  filter: Readonly<Record<string, string | number | undefined>>,
  span: { readonly range?: string; readonly from?: number; readonly to?: number } = {},
): string {
  const words = Object.entries(filter)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => key === "q" ? quoted(String(value)) : `${key}:${quoted(String(value))}`);
  const query = new URLSearchParams();
  if (words.length > 0) query.set("q", words.join(" "));
  if (span.range !== undefined) query.set("range", span.range);
  if (span.from !== undefined) query.set("from", String(span.from));
  if (span.to !== undefined) query.set("to", String(span.to));
  const text = query.toString();
  return text === "" ? "/traffic" : `/traffic?${text}`;
}

function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value;
}
