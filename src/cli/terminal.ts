/** What a command sees of the terminal; tests put another in its place. */
export interface Terminal {
  /** One line to standard output. */
  out(line: string): void;
  /** One line to standard error. */
  err(line: string): void;
  /** Standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly columns: number;
  /** A line typed without echo; from standard input's first line where that is no terminal. Null: cancelled. */
  readSecret(prompt: string): Promise<string | null>;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** True where somebody can be asked. */
  readonly canAsk: boolean;
}

export function systemTerminal(): Terminal {
  const isTerminal = Deno.stdout.isTerminal();
  return {
    out: (line) => writeAll(Deno.stdout, `${line}\n`),
    err: (line) => writeAll(Deno.stderr, `${line}\n`),
    isTerminal,
    columns: isTerminal ? Deno.consoleSize().columns : Infinity,
    readSecret: (prompt) => Deno.stdin.isTerminal() ? readWithoutEcho(prompt) : readFirstLine(),
    readInput: () => new Response(Deno.stdin.readable).text(),
    canAsk: Deno.stdin.isTerminal(),
  };
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}

const LONGEST_SECRET_BYTES = 4_096;

async function readFirstLine(): Promise<string | null> {
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  // Byte by byte: what follows the line belongs to whoever reads next.
  while (bytes.length < LONGEST_SECRET_BYTES && await Deno.stdin.read(one) !== null && one[0] !== 10) {
    bytes.push(one[0]!);
  }
  return bytes.length === 0 ? null : new TextDecoder().decode(new Uint8Array(bytes)).replace(/\r$/, "");
}

async function readWithoutEcho(prompt: string): Promise<string | null> {
  // Raw first: what is typed between prompt and raw mode would be echoed.
  Deno.stdin.setRaw(true);
  writeAll(Deno.stderr, prompt);
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(256);
  let typed = "";
  try {
    while (typed.length < LONGEST_SECRET_BYTES) {
      const read = await Deno.stdin.read(chunk);
      if (read === null) return null;
      for (const character of decoder.decode(chunk.subarray(0, read), { stream: true })) {
        if (character === "\r" || character === "\n") return typed;
        if (character === "\x03" || character === "\x04") return null;
        if (character === "\x7f" || character === "\b") typed = [...typed].slice(0, -1).join("");
        else if (character === "\x15") typed = "";
        else if (character >= " ") typed += character;
      }
    }
    return typed;
  } finally {
    Deno.stdin.setRaw(false);
    writeAll(Deno.stderr, "\n");
  }
}
