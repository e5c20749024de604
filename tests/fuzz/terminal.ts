/** What every fuzzer asks of its command line: the number behind `--name`, else `otherwise`. */
export function argument(name: string, otherwise: number): number {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
}

/** One line on the terminal. */
export function report(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
}
