import { base64Decode } from "./base64_decode.ts";
import { cleanPath } from "./clean_path.ts";
import { compressWhitespace } from "./compress_whitespace.ts";
import { cssEscapes } from "./css_escapes.ts";
import { hexDecode } from "./hex_decode.ts";
import { htmlEntities } from "./html_entities.ts";
import { jsEscapes } from "./js_escapes.ts";
import { lowercase } from "./lowercase.ts";
import { overlongUtf8 } from "./overlong_utf8.ts";
import { plusToSpace } from "./plus_to_space.ts";
import { removeNulls } from "./remove_nulls.ts";
import { removeWhitespace } from "./remove_whitespace.ts";
import { shellNormalise } from "./shell_normalise.ts";
import { removeComments, replaceComments } from "./sql_comments.ts";
import type { Transformation } from "./transformation.ts";
import { trim } from "./trim.ts";
import { unicodeNormalise } from "./unicode_normalise.ts";
import { urlDecode } from "./url_decode.ts";

/** Every transformation that a rule may name. */
export const TRANSFORMATIONS: ReadonlyMap<string, Transformation> = new Map(
  [
    urlDecode,
    plusToSpace,
    htmlEntities,
    jsEscapes,
    cssEscapes,
    hexDecode,
    base64Decode,
    unicodeNormalise,
    overlongUtf8,
    removeNulls,
    replaceComments,
    removeComments,
    compressWhitespace,
    removeWhitespace,
    trim,
    lowercase,
    cleanPath,
    shellNormalise,
  ].map((each) => [each.name, each]),
);
