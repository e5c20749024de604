/** True where the absolute path `inner` is `outer` or lies below it; both normalised. */
export function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith("/") ? outer : `${outer}/`);
}
