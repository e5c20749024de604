import assert from "node:assert/strict";
import { AegisError } from "../../src/core/errors.ts";
import { loadConfig } from "../../src/config/load.ts";
import { compileDocument } from "../../src/control/schemas/compile_document.ts";
import type { Config } from "../../src/config/config.ts";
import { readTextFile } from "../../src/config/reload.ts";

/** Every file of good/ loads; every file of bad/ is refused with exactly the lines of its `.expected` file. */

const HERE = new URL(".", import.meta.url).pathname;

function load(folder: string, name: string): Config {
  return loadConfig({
    flags: { config: name },
    env: { HOME: "/home/somebody" },
    readFile: readTextFile,
    compileDocument,
    cwd: `${HERE}${folder}`,
    now: 1_700_000_000_000,
    isRoot: false,
    cores: 2,
  });
}

function fixtures(folder: string): string[] {
  const names = [...Deno.readDirSync(`${HERE}${folder}`)].map((entry) => entry.name).filter((name) =>
    /\.(?:yml|json)$/.test(name)
  );
  assert.ok(names.length > 0, `no fixtures in ${folder}`);
  return names.sort();
}

for (const name of fixtures("good")) {
  Deno.test(`good/${name} loads`, () => {
    const config = load("good", name);
    assert.equal(config.config_path, `${HERE}good/${name}`);
    assert.ok(config.admin_listen.length > 0);
    assert.doesNotThrow(
      () => structuredClone(config),
      "plain data, so that it crosses to the control thread",
    );
  });
}

for (const name of fixtures("bad")) {
  Deno.test(`bad/${name} is refused with every fault, its line and its remedy`, () => {
    let thrown: unknown;
    try {
      load("bad", name);
    } catch (error) {
      thrown = error;
    }
    assert.ok(thrown instanceof AegisError, "it loaded");
    assert.equal(thrown.code, "config_refused");
    const text = thrown.privateText.replaceAll(`${HERE}bad/`, "");
    assert.equal(`${text}\n`, Deno.readTextFileSync(`${HERE}bad/${name}.expected`));
  });
}
