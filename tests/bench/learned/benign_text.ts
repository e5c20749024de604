import denoJson from "../../../deno.json" with { type: "json" };
import { madeTexts } from "./made_text.ts";
import { debianSources, folderSource, npmSources, type TextSource } from "./text_sources.ts";

/**
 * Documentation and programs for every architecture, from the stable release. Of none of them are applications whose
 * traffic the model is judged on.
 */
const DEBIAN_PACKAGES: readonly string[] = [
  "cacti",
  "cmake-data",
  "debian-handbook",
  "git",
  "libjs-dojo-core",
  "libjs-jquery-ui",
  "libphp-phpmailer",
  "perl-doc",
  "perl-modules-5.36",
  "php-pear",
  "php-twig",
  "postgresql-15",
  "postgresql-doc-15",
  "python3-pip",
  "python3-pygments",
  "python3-sqlalchemy",
  "python3-twisted",
  "ruby-activerecord",
  "sqlite3-doc",
  "vim-runtime",
  "x11proto-dev",
];
const MADE = 20_000;
const BLAND = /^[\w.-]*$/;

/**
 * Benign text beside the corpora's requests: what people paste into fields and what programs send. Corpora alone teach
 * that whatever has punctuation is an attack. Only weights are learned from it; no text is kept, whatever its licence.
 */
export function benignSources(folders: readonly string[]): TextSource[] {
  const found = [
    ...debianSources(DEBIAN_PACKAGES),
    ...npmSources(denoJson.imports),
    ...folders.map(folderSource),
  ];
  return [madeSource(), ...found.map(worthLearning)];
}

/** What needs nothing but the repository. */
export function madeSource(): TextSource {
  return worthLearning({ name: "made by tests/bench/learned/made_text.ts", texts: madeTexts(MADE) });
}

/** The engine never asks for a score of the others. */
function worthLearning({ name, texts }: TextSource): TextSource {
  return { name, texts: texts.filter((text) => !BLAND.test(text)) };
}
