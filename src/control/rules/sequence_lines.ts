import { AegisError, type FieldError } from "../../core/errors.ts";
import type { OperationInput } from "../operation.ts";

type Step = NonNullable<OperationInput<"rules.test">["sequence"]>[number];

/** One line of each kind, for placeholders and help. */
export const SEQUENCE_EXAMPLE = `POST /login user=a&pass={n} -> 401 x5
+30s GET /orders/{n} -> 200 x10
@198.51.100.7 GET /search?q=1 ! sql-injection`;

const METHOD = /^[A-Za-z]{1,20}$/;
const REMEDY =
  "write METHOD /path [body] [-> status [bytes]] [xN] [! rule …], e.g. POST /login a=1 -> 401 x5";

/**
 * Requests as people write them, a line each: `+30s` seconds after the one before, `@address` whose it is, method and
 * path, a body, `-> 401 2000` the answer's status and bytes, `x5` so many with `{n}` as their number, `! rule` what is to
 * be found in it. Throws AegisError `invalid_input` with every line that cannot be read.
 */
export function parseSequence(text: string): Step[] {
  const faults: FieldError[] = [];
  const steps = text.split(/\r?\n/).flatMap((line, i): Step[] => {
    if (line.trim() === "" || line.trimStart().startsWith("#")) return [];
    const step = parseLine(line.trim().split(/\s+/));
    if (typeof step !== "string") return [step];
    faults.push({ field: "sequence", message: `line ${i + 1}: ${step}`, line: i + 1, remedy: REMEDY });
    return [];
  });
  if (faults.length === 0 && steps.length === 0) {
    faults.push({ field: "sequence", message: "there is no request", remedy: REMEDY });
  }
  const first = faults[0];
  if (first !== undefined) throw new AegisError("invalid_input", first.message, { fields: faults });
  return steps;
}

function parseLine(words: string[]): Step | string {
  let after: number | undefined;
  let client: string | undefined;
  while (words.length > 0 && /^[+@]/.test(words[0]!)) {
    const word = words.shift()!;
    if (word.startsWith("@")) client = word.slice(1);
    else if (/^\+\d+(?:\.\d+)?s?$/.test(word)) after = Number.parseFloat(word.slice(1));
    else return `"${word}" is no number of seconds`;
  }
  const [method = "", path = "", ...rest] = words;
  if (!METHOD.test(method)) return `"${method}" is no method`;
  if (!path.startsWith("/")) return `"${path}" is no path`;
  const marks = readRest(rest);
  if (typeof marks === "string") return marks;
  const { body, status, size, repeat, found } = marks;
  return {
    method: method.toUpperCase(),
    path,
    headers: body === "" ? [] : [["content-type", bodyType(body)]],
    body,
    ...(client === undefined ? {} : { client }),
    ...(after === undefined ? {} : { after }),
    ...(repeat === undefined ? {} : { repeat }),
    found,
    response: {
      ...(status === undefined ? {} : { status }),
      ...(size === undefined ? {} : { size }),
    },
  };
}

interface Marks {
  body: string;
  status?: number;
  size?: number;
  repeat?: number;
  found: string[];
}

function readRest(words: readonly string[]): Marks | string {
  const marks: Marks = { body: "", found: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "!") {
      marks.found = words.slice(i + 1);
      break;
    }
    if (word === "->") {
      const status = words[++i] ?? "";
      if (!/^[1-5]\d\d$/.test(status)) return `"${status}" is no status`;
      marks.status = Number(status);
      if (/^\d+$/.test(words[i + 1] ?? "")) marks.size = Number(words[++i]);
    } else if (/^x\d{1,4}$/.test(word)) marks.repeat = Number(word.slice(1));
    else marks.body += marks.body === "" ? word : ` ${word}`;
  }
  return marks;
}

function bodyType(body: string): string {
  return /^[[{]/.test(body) ? "application/json" : "application/x-www-form-urlencoded";
}
