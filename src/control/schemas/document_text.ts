import { isMap, isSeq, LineCounter, parseDocument } from "yaml";
import { AegisError, errorText } from "../../core/errors.ts";

export type DocumentPath = readonly (string | number)[];

/** The text of a document as a value, and where its parts stand. */
export interface DocumentText {
  readonly value: unknown;
  /** 1-based line of a part (or of the nearest part around it that there is), or null where the text is too long to say. */
  lineOf(path: DocumentPath): number | null;
}

/** Largest text; the API of GitHub is 13 MB. */
export const LONGEST_DOCUMENT = 16 * 1_048_576;
/** YAML takes far more time and memory than JSON. */
const LONGEST_YAML = 4 * 1_048_576;

/** Reads JSON or YAML. Throws AegisError `invalid_input` with the line of what cannot be read. */
export function readDocumentText(text: string): DocumentText {
  const json = text.startsWith("\ufeff") ? text.slice(1) : text;
  const lineOf = (path: DocumentPath) => lineIn(json, path);
  let notJson: unknown;
  try {
    return { value: JSON.parse(json), lineOf };
  } catch (thrown) {
    // No JSON: YAML, which may begin like it as well.
    notJson = thrown;
  }
  if (json.length > LONGEST_YAML) {
    throw refused(`YAML of more than ${LONGEST_YAML / 1_048_576} MB is not read`, "give the same as JSON");
  }
  const lines = new LineCounter();
  const document = parseDocument(json, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const asYaml = `line ${line}, column ${col}: ${error.message.split("\n")[0]!}`;
    // What begins as JSON was meant to be JSON.
    const fault = /^\s*[[{]/.test(json) ? jsonFault(notJson) ?? asYaml : asYaml;
    throw refused(fault, "correct the document there");
  }
  try {
    return { value: document.toJS(), lineOf };
  } catch (cause) {
    // [SECURITY] Aliases that multiply (billion laughs): the reader gives up.
    throw refused(
      cause instanceof Error ? cause.message : "it cannot be read",
      "write it without aliases",
      cause,
    );
  }
}

/** What the engine says of broken JSON, with the place first; null where it names none. */
function jsonFault(thrown: unknown): string | null {
  const said = /^SyntaxError: (.*) in JSON at position \d+ \((line \d+) (column \d+)\)$/.exec(
    errorText(thrown),
  );
  if (said === null) return null;
  const [, what, line, column] = said;
  return `${line}, ${column}: ${what![0]!.toLowerCase()}${what!.slice(1)}`;
}

export function refused(message: string, remedy: string, cause?: unknown): AegisError {
  return new AegisError("invalid_input", message, {
    fields: [{ field: "document", message, remedy }],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Only for errors: the whole text is read once more, with its places. */
function lineIn(text: string, path: DocumentPath): number | null {
  if (text.length > LONGEST_YAML) return null;
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines, prettyErrors: false }).contents;
  let at = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((each) =>
        String((each.key as { value?: unknown })?.value) === String(key)
      );
      if (pair === undefined) break;
      at = (pair.key as { range?: readonly number[] }).range?.[0] ?? at;
      node = pair.value;
    } else if (isSeq(node)) {
      const next = node.items[Number(key)] as { range?: readonly number[] } | undefined;
      if (next === undefined) break;
      at = next.range?.[0] ?? at;
      node = next;
    } else break;
  }
  return lines.linePos(at).line;
}
