import { TRAFFIC_FILTERS } from "../control/contract/traffic.ts";
import type { OperationInput } from "../control/operation.ts";
import type { ExchangeAction } from "../../views/model.ts";

export type FilterField = Exclude<(typeof TRAFFIC_FILTERS)[number], "q">;

/**
 * One term of the filter of the traffic page as people type it: a word or `field:value`, either with a minus in front
 * to leave it out. Values with spaces stand in double quotes.
 */
export interface FilterTerm {
  /** null: a word. */
  readonly field: FilterField | null;
  readonly value: string;
  readonly excluded: boolean;
}

type TrafficFilter = Omit<OperationInput<"traffic.query">, "before" | "limit" | "from" | "to">;

const ACTIONS: readonly ExchangeAction[] = ["allowed", "detected", "blocked", "challenged"];
/** Words need no name. */
const FIELDS = TRAFFIC_FILTERS.filter((name) => name !== "q");
const LONGEST = 1_000;

/** Never fails: what names no known field is a word. */
export function parseFilter(text: string): FilterTerm[] {
  const terms: FilterTerm[] = [];
  for (const match of text.slice(0, LONGEST).matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/g)) {
    const [whole, minus, name, quoted, plain] = match;
    const value = quoted ?? plain ?? "";
    const field = FIELDS.find((known) => known === name) ?? null;
    if (field === null && name !== undefined) {
      terms.push({ field: null, value: whole.replace(/^-/, ""), excluded: minus === "-" });
    } else if (value !== "") {
      terms.push({ field, value, excluded: minus === "-" });
    }
  }
  return terms;
}

export function printFilter(terms: readonly FilterTerm[]): string {
  return terms.map((term) => {
    const value = /[\s"]/.test(term.value) ? `"${term.value.replaceAll('"', "")}"` : term.value;
    return `${term.excluded ? "-" : ""}${term.field === null ? "" : `${term.field}:`}${value}`;
  }).join(" ");
}

export interface CompiledFilter {
  readonly filter: TrafficFilter;
  /** What cannot be asked for, said to the person; null where all is well. */
  readonly complaint: string | null;
}

/** The terms as the operation takes them. */
export function compileFilter(terms: readonly FilterTerm[]): CompiledFilter {
  const complaints: string[] = [];
  const filter = side(terms.filter((term) => !term.excluded), complaints);
  const exclude = side(terms.filter((term) => term.excluded), complaints);
  return {
    filter: { ...filter, ...(Object.keys(exclude).length === 0 ? {} : { exclude }) },
    complaint: complaints.length === 0 ? null : complaints.join(" "),
  };
}

/** The only action that is asked for, or null. */
export function actionOf(terms: readonly FilterTerm[]): ExchangeAction | null {
  const term = terms.find((each) => each.field === "action" && !each.excluded);
  return ACTIONS.find((action) => action === term?.value) ?? null;
}

/** The same terms with another action, or with none. */
export function withAction(terms: readonly FilterTerm[], action: ExchangeAction | null): FilterTerm[] {
  const others = terms.filter((term) => term.field !== "action" || term.excluded);
  return action === null ? others : [...others, { field: "action", value: action, excluded: false }];
}

function side(terms: readonly FilterTerm[], complaints: string[]) {
  const out: Record<string, string> = {};
  const words = terms.filter((term) => term.field === null).map((term) => term.value);
  if (words.length > 0) out["q"] = words.join(" ").slice(0, 200);
  for (const { field, value, excluded } of terms) {
    if (field === null) continue;
    const name = excluded ? `-${field}` : field;
    if (out[field] !== undefined) {
      complaints.push(`${name} stands there twice; the last one counts.`);
    }
    if (field === "status" && !/^(?:\d{1,3}|[1-5]xx)$/.test(value)) {
      complaints.push(`"${value}" is no status: write one as 403, or a class as 4xx.`);
      continue;
    }
    if (field === "action" && !ACTIONS.some((action) => action === value)) {
      complaints.push(`"${value}" is no action: write allowed, detected, blocked or challenged.`);
      continue;
    }
    if (field === "country" && !/^[A-Za-z]{2}$/.test(value)) {
      complaints.push(`"${value}" is no country: write its two letters, as DE.`);
      continue;
    }
    if (field === "asn" && !/^(?:AS)?\d{1,10}$/i.test(value)) {
      complaints.push(`"${value}" is no network's number: write it as 64500.`);
      continue;
    }
    out[field] = field === "asn" ? value.replace(/^as/i, "") : value;
  }
  return out as Omit<TrafficFilter, "exclude">;
}
