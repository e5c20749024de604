import { canonicalPath } from "../../lib/canonical_path.ts";
import { fillTemplate, type TemplatePart, type TemplateValues } from "../../core/template.ts";

/** A literal beginning or a pattern, and what stands in its place. */
export interface PathRewrite {
  readonly from: string | null;
  readonly regex: RegExp | null;
  readonly to: readonly TemplatePart[];
}

/** The path after the rewrite; `path` itself where it does not apply; null where the result would escape. */
export function rewritePath(rewrite: PathRewrite, path: string, values: TemplateValues): string | null {
  const made = rewrite.regex === null
    ? replaceStart(rewrite.from!, rewrite.to, path, values)
    : replaceMatch(rewrite.regex, rewrite.to, path, values);
  return made === null ? path : safePath(made, path);
}

function replaceStart(
  from: string,
  to: readonly TemplatePart[],
  path: string,
  values: TemplateValues,
): string | null {
  if (!path.startsWith(from)) return null;
  const rest = path.slice(from.length);
  if (rest !== "" && !rest.startsWith("/") && !from.endsWith("/")) return null;
  const start = fillTemplate(to, values);
  // `/old` to `/` leaves `/x` of `/old/x`, `/old/` to `/new` leaves `/new/x`.
  return rest === "" || rest.startsWith("/") || start.endsWith("/") ? start + rest : `${start}/${rest}`;
}

function replaceMatch(
  regex: RegExp,
  to: readonly TemplatePart[],
  path: string,
  values: TemplateValues,
): string | null {
  const found = regex.exec(path);
  if (found === null) return null;
  return path.slice(0, found.index) + fillTemplate(to, values, found) +
    path.slice(found.index + found[0].length);
}

/**
 * [SECURITY] What groups and variables made is read as strictly as what a client sends: it must not climb above the
 * root, and must not put together a separator (`%2` and `f`) that was not looked at before (CWE-22).
 */
function safePath(made: string, before: string): string | null {
  const written = made.replace(/[?#]/g, (char) => encodeURIComponent(char));
  const { path, escapes, hasEncodedSeparator } = canonicalPath(
    written.startsWith("/") ? written : `/${written}`,
  );
  if (escapes || (hasEncodedSeparator && !canonicalPath(before).hasEncodedSeparator)) return null;
  return path;
}
