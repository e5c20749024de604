import assert from "node:assert/strict";
import { explainFailure } from "./failure.ts";
import { AegisError } from "../core/errors.ts";
import { namingFile, readNamedFile } from "./read_file.ts";

function refused(path: string, what?: string): { lines: string[]; exitCode: number } {
  try {
    readNamedFile(path, what);
  } catch (thrown) {
    return explainFailure(thrown);
  }
  throw new Error("it was read");
}

Deno.test("a file that cannot be read is named with the option that names it, as wrong usage", async () => {
  assert.deepEqual(refused("/no/such/file", "--password-file"), {
    lines: ["aegis: --password-file /no/such/file: there is no such file"],
    exitCode: 64,
  });
  const directory = await Deno.makeTempDir({ prefix: "aegis-test-" });
  try {
    assert.match(refused(directory).lines[0]!, /that is a directory|cannot be read/);
    await Deno.writeTextFile(`${directory}/a`, "text");
    assert.equal(readNamedFile(`${directory}/a`), "text");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("what is wrong with the text of a file is said of the file", async () => {
  const call = () =>
    Promise.reject(
      new AegisError("invalid_input", "bad input", {
        fields: [{ field: "text", message: "must be at most 4194304 characters long", remedy: "write less" }],
      }),
    );
  const lines = async (path: string) => {
    const thrown = await namingFile(path, "text", call).catch((error) => error);
    return explainFailure(thrown).lines;
  };
  assert.deepEqual(await lines("/tmp/own.yaml"), [
    "aegis: bad input",
    "  /tmp/own.yaml: must be at most 4194304 characters long (write less)",
  ]);
  assert.match((await lines("-"))[1]!, /^ {2}standard input: /);
});
