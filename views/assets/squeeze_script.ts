/**
 * The same script without comments that stand on lines of their own and without indentation. Scripts that go through
 * here hold neither in strings that run over several lines.
 */
export function squeezeScript(script: string): string {
  return script
    .replaceAll(/^\s*\/\*[^]*?\*\/\s*$/gm, "")
    .replaceAll(/^\s*\/\/.*$/gm, "")
    .replaceAll(/^\s+/gm, "")
    .trim();
}
