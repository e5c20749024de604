import { canonicalPath } from "./canonical_path.ts";

/** The path of `https://api.example.com/v1/`, of `/v1` or of `v1`, without `/` at its end. */
export function basePathOf(url: string): string {
  const path = URL.parse(url, "http://host/")?.pathname ?? "/";
  const canonical = canonicalPath(path).path;
  return canonical.endsWith("/") ? canonical.slice(0, -1) : canonical;
}
