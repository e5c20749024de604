import { BACKSLASH, SLASH } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** Backslashes become slashes, `/./` and `//` collapse, `a/../` is resolved; leading `../` stay. */
export const cleanPath: Transformation = {
  name: "clean-path",
  summary: "path as a file system reads it: /a//./b\\..\\etc → /a/etc",
  needs: SLASH | BACKSLASH,
  mayRaiseCase: false,
  apply(text) {
    const slashed = text.replaceAll("\\", "/");
    if (!slashed.includes("/") || !/\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(slashed)) return slashed;
    const kept: string[] = [];
    const segments = slashed.split("/");
    for (const [i, segment] of segments.entries()) {
      const isEdge = i === 0 || i === segments.length - 1;
      if (segment === "." || (segment === "" && !isEdge)) continue;
      const parent = kept[kept.length - 1];
      if (segment === ".." && parent !== undefined && parent !== ".." && parent !== "") kept.pop();
      else kept.push(segment);
    }
    return kept.join("/");
  },
};
