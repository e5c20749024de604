import assert from "node:assert/strict";
import { join } from "node:path";
import { buildPortable, runAlone } from "./portable_fixture.ts";

Deno.test("the portable form", async (t) => {
  const portable = await buildPortable();
  const cache = join(portable.home, ".cache/aegis");
  const programs = () =>
    [...Deno.readDirSync(cache)].map((each) => each.name).filter((name) => name !== "deno");
  const program = () => join(cache, programs()[0]!);
  const forget = () => Deno.remove(join(portable.home, ".cache"), { recursive: true });
  const version = async () => {
    const ran = await runAlone(portable, ["version", "--json"]);
    assert.equal(ran.code, 0, ran.err);
    return JSON.parse(ran.out);
  };

  try {
    await t.step("runs in an empty directory, with no Deno on the path and an empty home", async () => {
      const facts = await version();
      assert.equal(facts.form, "portable");
      assert.equal(facts.version, JSON.parse(await Deno.readTextFile("deno.json")).version);
      assert.match(facts.built_at, /^\d{4}-\d\d-\d\dT[\d:]+Z$/);
    });

    await t.step("is ASCII throughout: a thread would keep another text twice as large", async () => {
      const read = async (folder: string): Promise<string[]> => {
        const found: string[] = [];
        for await (const { name, isDirectory } of Deno.readDir(folder)) {
          if (isDirectory) found.push(...await read(join(folder, name)));
          else if (name.endsWith(".js")) found.push(join(folder, name));
        }
        return found;
      };
      const modules = await read(program());
      assert.ok(modules.length > 5, modules.join());
      for (const module of modules) {
        // deno-lint-ignore no-control-regex
        assert.match(await Deno.readTextFile(module), /^[\x00-\x7f]*$/, module);
      }
    });

    await t.step("carries the rules and npm packages, and runs every rule's tests", async () => {
      const ran = await runAlone(portable, [
        "rule",
        "test",
        "--all",
        "--data-dir",
        join(portable.home, "data"),
      ]);
      assert.match(ran.out, /^[1-9]\d* passed, 0 failed$/m, ran.err);
    });

    await t.step("passes exit codes on", async () => {
      assert.equal((await runAlone(portable, ["no-such-command"])).code, 64);
      assert.equal((await runAlone(portable, ["check", "gone.yml"])).code, 2);
    });

    await t.step("unpacks once into a directory of its own that nobody else can open", async () => {
      assert.deepEqual(programs().length, 1);
      assert.match(programs()[0]!, /^[0-9a-f]{64}$/);
      for (const each of [cache, program()]) assert.equal((await Deno.stat(each)).mode! & 0o777, 0o700);
      const before = await Deno.stat(program());
      await version();
      assert.equal((await Deno.stat(program())).ino, before.ino);
    });

    await t.step("replaces what was changed since", async () => {
      await Deno.writeTextFile(join(program(), "main.js"), "throw new Error('not ours');", { append: true });
      assert.equal((await version()).form, "portable");
      assert.doesNotMatch(await Deno.readTextFile(join(program(), "main.js")), /not ours/);
    });

    await t.step("replaces a directory that others can write to", async () => {
      await Deno.chmod(program(), 0o777);
      await version();
      assert.equal((await Deno.stat(program())).mode! & 0o777, 0o700);
    });

    await t.step("does not follow a link in its place", async () => {
      const elsewhere = await Deno.makeTempDir();
      const place = program();
      await Deno.remove(place, { recursive: true });
      await Deno.symlink(elsewhere, place);
      await version();
      assert.equal((await Deno.lstat(place)).isSymlink, false);
      await Deno.remove(elsewhere, { recursive: true });
    });

    await t.step("several first starts at once leave one whole program", async () => {
      await forget();
      const codes = await Promise.all([1, 2, 3].map(async () => (await runAlone(portable, ["-v"])).code));
      assert.deepEqual(codes, [0, 0, 0]);
      assert.equal(programs().length, 1);
      await version();
    });

    await t.step("a damaged file says so, runs nothing and leaves nothing behind", async () => {
      await forget();
      const bytes = await Deno.readFile(portable.file);
      const damaged = join(portable.folder, "damaged");
      for (
        const broken of [
          bytes.subarray(0, bytes.length >> 1),
          bytes.with(bytes.length >> 1, ~bytes[bytes.length >> 1]!),
        ]
      ) {
        await Deno.writeFile(damaged, broken, { mode: 0o755 });
        const ran = await runAlone(portable, ["-v"], damaged);
        assert.equal(ran.code, 3);
        assert.match(ran.err, /^aegis: /);
        assert.deepEqual([...Deno.readDirSync(cache)], []);
      }
      await Deno.remove(damaged);
    });

    await t.step("a home that cannot be written to is an error with a remedy", async () => {
      await forget();
      await Deno.writeTextFile(join(portable.home, ".cache"), "in the way");
      const ran = await runAlone(portable, ["-v"]);
      assert.equal(ran.code, 3);
      assert.match(ran.err, /XDG_CACHE_HOME/);
    });
  } finally {
    await portable.close();
  }
});
