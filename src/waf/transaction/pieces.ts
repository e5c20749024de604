import type { BodyInspection } from "./body_inspection.ts";
import { listOf } from "../body/listed_text.ts";
import { isDocument } from "../text/document.ts";
import type { Match } from "../program/match.ts";
import type { Program } from "../program/program.ts";
import type { ValueKind } from "../targets/kinds.ts";

/**
 * The matches that count in one string of a JSON body: notebooks and block editors send a document as a list of
 * pieces, and what `documents: skip` says of a document holds for its pieces, however short each is.
 *
 * [SECURITY] Only strings of the list itself make it one: what stands next to a list is a field as ever.
 */
export function countingInPieces(
  program: Program,
  matches: readonly Match[],
  place: { readonly kind: ValueKind; readonly name: string },
  body: BodyInspection | null,
): readonly Match[] {
  if (matches.length === 0 || place.kind !== "json" || body === null) return matches;
  const list = listOf(place.name);
  if (list === null) return matches;
  const counting = matches.filter((each) => program.rules[each.rule]!.rule.documents !== "skip");
  if (counting.length === matches.length) return matches;
  return isDocument(body.listedText(list)) ? counting : matches;
}
