/** True where one of a certificate's names covers `name` (RFC 6125 §6.4.3: a wildcard stands for one whole label). */
export function certificateCovers(names: readonly string[], name: string): boolean {
  if (names.includes(name)) return true;
  const dot = name.indexOf(".");
  return dot > 0 && names.includes(`*${name.slice(dot)}`);
}
