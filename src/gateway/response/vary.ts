import type { HeaderList } from "../../core/header_list.ts";

/** Merges `name` into Vary, however many fields of it there are (RFC 9110, 12.5.5). */
export function addToVary(headers: HeaderList, name: string): void {
  if (!headers.has("vary")) return headers.appendSafe("vary", name);
  const vary = headers.all("vary").join(", ");
  const known = vary.split(",").map((each) => each.trim().toLowerCase());
  if (!known.includes("*") && !known.includes(name.toLowerCase())) headers.set("vary", `${vary}, ${name}`);
}
