import { AegisError, type FieldError } from "../core/errors.ts";
import type { FormState } from "../../views/model.ts";

/** Of a long value this much is shown. */
const SHOWN = 200;

/** Whether a change was refused because somebody else's came first. */
export function isLate(thrown: unknown): boolean {
  return thrown instanceof AegisError && thrown.code === "precondition_failed";
}

/**
 * A form that came too late, with both values: what was typed stays, and below each field that differs stands what is in
 * force now. `patch` is what the form would have put, `stored` what there is.
 */
export function lateForm(form: FormState, patch: object, stored: object): FormState {
  const errors = differing(patch, stored, "");
  const hint = errors.length === 0
    ? "It is what stands here."
    : "Below what differs stands what is in force now; saving again replaces it.";
  return { ...form, errors, message: `${form.message ?? "It was changed meanwhile"}. ${hint}` };
}

function differing(wanted: unknown, stored: unknown, place: string): FieldError[] {
  if (wanted === undefined || JSON.stringify(wanted) === JSON.stringify(stored)) return [];
  if (isRecord(wanted) && isRecord(stored)) {
    return Object.keys(wanted).flatMap((key) => differing(wanted[key], stored[key], below(place, key)));
  }
  if (isRows(wanted) && isRows(stored)) {
    const rows = wanted.flatMap((row, i) => differing(row, stored[i] ?? null, below(place, String(i))));
    const more = stored.length - wanted.length;
    return more > 0 ? [...rows, { field: place, message: `in force now: ${more} more` }] : rows;
  }
  return [{ field: place, message: `in force now: ${textOf(stored)}` }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRows(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.every(isRecord);
}

function below(place: string, key: string): string {
  return place === "" ? key : `${place}.${key}`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : cut(value.map(plain).join(", "));
  return cut(plain(value));
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
