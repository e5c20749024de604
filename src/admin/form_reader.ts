import { AegisError, type FieldError } from "../core/errors.ts";

/** Reads a form's texts into what operations take; collects what cannot be read, with the field it stands in. */
export class FormReader {
  readonly #values: Readonly<Record<string, string>>;
  readonly #errors: FieldError[] = [];

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  text(name: string): string {
    return (this.#values[name] ?? "").replaceAll("\r\n", "\n").trim();
  }

  /** As typed: passwords keep their spaces. */
  raw(name: string): string {
    return this.#values[name] ?? "";
  }

  /** undefined where nothing was typed. */
  optional(name: string): string | undefined {
    const text = this.text(name);
    return text === "" ? undefined : text;
  }

  isOn(name: string): boolean {
    return this.#values[name] === "on";
  }

  /** Entries separated by line ends, spaces or commas. */
  list(name: string): string[] {
    return this.text(name).split(/[\s,]+/).filter((entry) => entry !== "");
  }

  whole(name: string): number {
    return this.#number(name) ?? 0;
  }

  /** With a point, as 0.5. */
  decimal(name: string): number {
    const text = this.text(name);
    if (/^\d{1,12}(?:\.\d{1,6})?$/.test(text)) return Number(text);
    this.refuse(
      name,
      text === "" ? "a number is missing" : `"${text.slice(0, 40)}" is not a number`,
      "write digits, with a point where needed",
    );
    return 0;
  }

  /** null where nothing was typed, if that is allowed. */
  wholeOrNull(name: string): number | null {
    return this.text(name) === "" ? null : this.#number(name);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  refuse(field: string, message: string, remedy?: string): void {
    this.#errors.push({ field, message, ...(remedy === undefined ? {} : { remedy }) });
  }

  /** Throws `invalid_input` where anything could not be read. */
  done(): void {
    const first = this.#errors[0];
    if (first === undefined) return;
    throw new AegisError(
      "invalid_input",
      this.#errors.length === 1 ? "One field is not right" : `${this.#errors.length} fields are not right`,
      {
        fields: this.#errors,
      },
    );
  }

  #number(name: string): number | null {
    const text = this.text(name).replaceAll(/[,_ ]/g, "");
    if (/^-?\d{1,15}$/.test(text)) return Number(text);
    this.refuse(
      name,
      text === "" ? "a number is missing" : `"${text.slice(0, 40)}" is not a whole number`,
      "write digits only",
    );
    return null;
  }
}
