import type { HeaderEdits } from "../core/header_edits.ts";
import type { HostCondition } from "../core/transform.ts";
import type { FormReader } from "./form_reader.ts";

/** Reads back what views/pages/hosts/lines.ts writes. What cannot be read is refused at its field. */

/** `set`, `add` and `remove` below `name`. */
export function readHeaderEdits(form: FormReader, name: string): HeaderEdits {
  return {
    set: readFields(form, `${name}.set`),
    add: readFields(form, `${name}.add`),
    remove: form.list(`${name}.remove`),
  };
}

function readFields(form: FormReader, name: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of linesOf(form, name)) {
    const found = /^([^:\s]+)\s*:\s*(.*)$/.exec(line);
    if (found === null) form.refuse(name, unreadable(line), "write a name, a colon and a value");
    else fields[found[1]!] = found[2]!;
  }
  return fields;
}

/** A line is a URL and options, as `http://10.0.0.1:8080 weight=2 backup=true`. */
export function readTargets(form: FormReader, name: string): ({ url: string } & Record<string, unknown>)[] {
  return linesOf(form, name).map((line) => {
    const [url = "", ...options] = line.split(/\s+/);
    const target: { url: string } & Record<string, unknown> = { url };
    for (const option of options) {
      const equals = option.indexOf("=");
      if (equals < 1) form.refuse(name, unreadable(option), "write options as weight=2 or backup=true");
      else target[option.slice(0, equals)] = valueOf(option.slice(equals + 1));
    }
    return target;
  });
}

function valueOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

const LISTS: ReadonlySet<string> = new Set(["in-list", "ip-in-range"]);

/** A line is `[not] [exact] target operator value`. */
function readConditions(form: FormReader, name: string): HostCondition[] {
  return linesOf(form, name).flatMap((line): HostCondition[] => {
    const found = /^(not\s+)?(exact\s+)?(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(line);
    if (found === null) {
      form.refuse(name, unreadable(line), "write what, how and a value, as path starts-with /blog");
      return [];
    }
    const [, not, exact, target = "", operator = "", text] = found;
    const value = text === undefined || !LISTS.has(operator)
      ? text
      : text.split(",").map((each) => each.trim()).filter((each) => each !== "");
    return [{
      target,
      operator,
      ...(value === undefined ? {} : { value }),
      ...(exact === undefined ? {} : { case_sensitive: true }),
      ...(not === undefined ? {} : { negated: true }),
    }];
  });
}

/** Conditions as views/pages/hosts/condition_fields.tsx shows them below `at`; null: there are none. */
export function readWhen(form: FormReader, at: string): unknown {
  if (form.has(`${at}.when_json`)) return readBlock(form, `${at}.when_json`);
  const of = readConditions(form, `${at}.when`);
  return of.length === 0 ? null : { join: form.text(`${at}.join`), of };
}

/** A block that the page wrote into a hidden field; empty where it is none. */
export function readBlock(form: FormReader, name: string): Record<string, unknown> {
  try {
    const block: unknown = JSON.parse(form.raw(name));
    return typeof block === "object" && block !== null && !Array.isArray(block) ? { ...block } : {};
  } catch {
    return {}; // typed by hand: the fields that are in sight count
  }
}

function linesOf(form: FormReader, name: string): string[] {
  return form.text(name).split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

function unreadable(text: string): string {
  return `"${text.slice(0, 60)}" cannot be read`;
}
