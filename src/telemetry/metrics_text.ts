export type Labels = Readonly<Record<string, string | number>>;

/** Writes one family of figures: what it is, and its samples. */
export type Family = (
  name: string,
  type: "counter" | "gauge",
  help: string,
  samples: readonly (readonly [Labels, number])[],
) => void;

/** Writes families to the end of `lines`. */
export function familyWriter(lines: string[]): Family {
  return (name, type, help, samples) => {
    lines.push(...head(name, type, help));
    for (const [labels, value] of samples) lines.push(sample(name, labels, value));
  };
}

/** The two lines above a family's samples. */
export function head(
  name: string,
  type: "counter" | "gauge" | "histogram" | "summary",
  help: string,
): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

export function sample(name: string, labels: Labels, value: number): string {
  const inside = Object.entries(labels).map(([key, each]) => `${key}="${escape(String(each))}"`).join(",");
  return `${name}${inside === "" ? "" : `{${inside}}`} ${value}`;
}

/** The samples of a family that has but one. */
export function single(value: number): [[Labels, number]] {
  return [[{}, value]];
}

/** One sample for each entry, its key as `label`. */
export function eachAs(label: string, record: Readonly<Record<string, number>>): [Labels, number][] {
  return Object.entries(record).map(([key, value]) => [{ [label]: key }, value]);
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
