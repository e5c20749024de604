import { Engine } from "../../src/control/docker/engine.ts";

/** A Worker that tries what its message names and says whether it was let: `granted`, `refused`, or another error. */
export interface Attempt {
  readonly kind: "read" | "write" | "net" | "env" | "run" | "ffi" | "sys" | "import" | "socket";
  readonly what: string;
}

export type Outcome = "granted" | "refused" | `failed: ${string}`;

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Attempt>) => void;
  postMessage(outcome: Outcome): void;
};

scope.onmessage = async ({ data }) => {
  try {
    await attempt(data);
    scope.postMessage("granted");
  } catch (thrown) {
    // A module that may not be imported is refused as a TypeError, a socket by node:http as a plain Error.
    const refused = thrown instanceof Deno.errors.NotCapable ||
      /^Requires (?:import|read|write|net) access/.test((thrown as Error).message);
    if (refused) scope.postMessage("refused");
    else scope.postMessage(`failed: ${thrown}`);
  }
};

async function attempt({ kind, what }: Attempt): Promise<void> {
  switch (kind) {
    case "read":
      await Deno.readDir(what)[Symbol.asyncIterator]().next();
      return;
    case "write":
      await Deno.writeTextFile(`${what}/probe`, "x");
      return await Deno.remove(`${what}/probe`);
    case "net":
      return Deno.listen({ hostname: "127.0.0.1", port: 0 }).close();
    case "env":
      return void Deno.env.get(what);
    case "run":
      return void await new Deno.Command(what, { stdout: "null" }).output();
    case "ffi":
      return Deno.dlopen(what, {}).close();
    case "socket":
      return void await new Engine(what).list();
    case "sys":
      return void Deno.hostname();
    case "import":
      return void await import(what);
  }
}
