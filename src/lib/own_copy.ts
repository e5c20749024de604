/** A string that shares no memory with the text it was cut from: a slice keeps its whole parent alive. */
export function ownCopy(value: string): string {
  return value.length < 13 ? value : value.split("").join("");
}
