import { join } from "node:path";
import { createHash } from "node:crypto";
import { EXPRESSION_MAKERS } from "./expression_text.ts";
import { Random } from "./random.ts";

/**
 * Benign text beside the corpora's requests: what people paste into fields and what programs send. Corpora alone teach
 * that whatever has punctuation is an attack.
 */
export function benignTexts(folders: readonly string[]): string[] {
  return [...generatedTexts(20_000), ...folders.flatMap(textsOf)].filter((text) => !BLAND.test(text));
}

const BLAND = /^[\w.-]*$/;
const MOST_A_KIND = 2_500;
const MAX_FILE_BYTES = 400_000;
const MAX_DEPTH = 12;
/** Fragments of so many lines are taken from each file. */
const FRAGMENT_LINES = [1, 3, 12, 60];
const MAX_FRAGMENT = 6_000;
const KINDS: Readonly<Record<string, string>> = {
  md: "markdown",
  rst: "markdown",
  txt: "prose",
  tex: "prose",
  py: "python",
  c: "c",
  h: "c",
  go: "go",
  rs: "rust",
  ts: "script",
  js: "script",
  json: "json",
  yaml: "yaml",
  yml: "yaml",
  toml: "yaml",
  html: "html",
  css: "css",
  sh: "shell",
  sql: "sql",
  xml: "xml",
  csv: "csv",
  po: "prose",
};
/** What is about attacks holds them. */
const ABOUT_ATTACKS =
  /sqlmap|payload|fuzz|\bwaf|inject|xss|modsec|coreruleset|vuln|exploit|attack|sanitiz|cve|security|corpora|rules\/|rig\b/i;

/** Fragments of the text files under `folder`, in the order of the hash of their names within it. */
function textsOf(folder: string): string[] {
  const byKind = Map.groupBy(filesUnder(folder, "", 0), (name) => KINDS[extensionOf(name)]!);
  return [...byKind].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([, names]) => {
    const ordered = names.map((name) => ({ name, hash: createHash("sha1").update(name).digest() }))
      .sort((a, b) => a.hash.compare(b.hash));
    const found: string[] = [];
    for (const { name, hash } of ordered) {
      if (found.length >= MOST_A_KIND) break;
      found.push(...fragmentsOf(join(folder, name), hash));
    }
    return found;
  });
}

function filesUnder(root: string, folder: string, depth: number): string[] {
  if (depth > MAX_DEPTH || ABOUT_ATTACKS.test(folder)) return [];
  const entries = [...Deno.readDirSync(join(root, folder))].sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap((entry) => {
    const name = join(folder, entry.name);
    if (entry.isDirectory) return filesUnder(root, name, depth + 1);
    const isText = entry.isFile && KINDS[extensionOf(name)] !== undefined && !ABOUT_ATTACKS.test(name);
    return isText ? [name] : [];
  });
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

function fragmentsOf(file: string, hash: Uint8Array): string[] {
  const bytes = Deno.readFileSync(file);
  if (bytes.length > MAX_FILE_BYTES) return [];
  const lines = new TextDecoder().decode(bytes).split("\n");
  return FRAGMENT_LINES.map((count, i) => {
    const from = Math.floor((hash[i]! / 256) * Math.max(1, lines.length - count));
    return lines.slice(from, from + count).join("\n").slice(0, MAX_FRAGMENT);
  }).filter((text) => text.trim().length > 3);
}

const NAMES = [
  "Ana O'Brien",
  "D'Angelo",
  "Jürgen Groß",
  "Łukasz Żak",
  "Søren Kierkegård",
  "Nguyễn Văn An",
  "山田太郎",
  "Иван Петров",
  "محمد علي",
  "Renée d'Orléans",
  "Seán Ó Briain",
  'Miles "Tails" Prower',
  "N'Golo Kanté",
  "T'Pol",
];
/** Words that attacks use as well. */
const NOUNS =
  "table|union|select committee|order|group|script|window|document|alert|cat|echo|shell|passport|password|file|system|host|include|image|style|drop|cursor|sleep|benchmark|where|having|admin|update|delete|insert|exec|process|java|python|node|curl|wget|ping|root|home|etc.|bin|var|price|like|between|confirm|prompt|eval|function|cookie|location|onload|onclick|constructor|expression|src|href|svg|body|iframe|input|id|ls|or|and|print|import|return|null|true|version|user()|database"
    .split("|");

type Maker = (random: Random, noun: () => string, n: (below: number) => number) => string;

/** Each makes one text of a kind that honest clients send and a careless detector refuses. */
const MAKERS: readonly Maker[] = [
  (r, noun) =>
    `${r.pick(NAMES)}${r.pick([" & Sons", ", Jr.", ` (née ${r.pick(NAMES)})`, "", ` / ${noun()}`])}`,
  (_, noun) => `Please select the ${noun()} from the ${noun()} where you like it; order by ${noun()}.`,
  (_, noun, n) =>
    `The Student Union will select ${n(9)} members or more and drop the rest -- see ${noun()} below.`,
  (_, noun, n) =>
    `In SQL, SELECT * FROM ${noun()} WHERE id = ${
      n(99)
    } returns all rows; GROUP BY ${noun()} HAVING count(*) > ${n(9)} filters them.`,
  (_, noun, n) => `I can't ${noun()} my ${noun()}, it's broken and says "${noun()} = ${n(99)}"`,
  (_, noun, n) => `insert coin (${n(9)}) or update the ${noun()}; delete from ${noun()} if it's older`,
  (_, noun, n) =>
    `Mar  ${n(9)} 1${n(9)}:0${n(9)}:1${n(9)} web1 nginx[${n(9999)}]: GET /index.php?id=${
      n(99)
    } HTTP/1.1" 200 ${n(9999)} "-" "${noun()}/8.1"`,
  (_, __, n) => btoa(Array.from({ length: 12 + n(200) }, () => String.fromCharCode(n(256))).join("")),
  (r, __, n) =>
    Array.from(
      { length: 8 + n(60) },
      () =>
        r.pick([..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!*|:;,%$@#^()[]{}+/="]),
    ).join(""),
  (_, __, n) => `=SUM(A${n(99)}:B${n(99)})/COUNT(C:C)`,
  (_, noun, n) => `if a<b and c>d then ${noun()} := ${n(9)};`,
  (_, __, n) => `$${n(999)}.99 (was $${n(999)}.00) - save ${n(90)}%!`,
  (_, __, n) => `size ${n(20)}' x ${n(20)}" 1/2 -- 50% off; 3 for 2 || free`,
  (_, noun, n) => `lol :-) <3 <3 i'm ${noun()}ing ;-)) "${noun()}"?! ${n(9)} or ${n(9)} = ?`,
  (_, noun, n) =>
    `@${noun()} #${noun()} https://example.com/?q=${noun()}&x=${n(99)}#${noun()} !!! (${n(9)}/${n(9)})`,
  (_, noun) => `>> ${noun()}\n> ${noun()} | ${noun()}\n-- \nSent from my phone`,
  (_, noun) => `R&D, Q&A; AT&T's ${noun()} -- it's 'fine' & "good"`,
  (r, noun, n) =>
    `<p>Dear ${r.pick(NAMES)},</p>\n<p>your ${noun()} <b>#${
      n(9999)
    }</b> is ready.<br/>\n<a href="https://example.com/${noun()}?id=${n(999)}&amp;t=${
      n(999)
    }" style="color:#${n(899) + 100}">See the ${noun()}</a></p>`,
  (_, noun, n) => `C:\\Users\\ann\\Documents\\${noun()} (${n(9)}).docx`,
  (_, noun) => `../images/${noun()}.png`,
  (_, noun, n) => `src/${noun()}/../${noun()}/index.html#L${n(99)}`,
  (_, noun, n) => `Please ${noun()} your ${noun()} (${n(9)})`,
  (_, noun) => `${noun()} or ${noun()}`,
  (_, noun, n) => `${n(99)} ${noun()} and ${n(99)} ${noun()}`,
  (_, noun, n) => `${noun()} / ${noun()}: ${n(9)}, '${noun()}' (${noun()})`,
  (_, noun) => `What does ${noun()} mean? <${noun()}> or [${noun()}]`,
  (_, noun) => `To install, run npm install && npm run ${noun()}, then cat README | less`,
  (_, noun) => `Just type ls -la; it lists the ${noun()} (see man ls)`,
  (_, noun) => `echo "hello" > ${noun()}.txt does the trick, or use $HOME/${noun()}`,
  (_, noun) => `Hello {{ name }}, your {{order.${noun()}}} costs {{ price | currency }}`,
  (_, noun) => `Hi \${user.name}, see %{link} and <%= title %> ${noun()}`,
  (_, noun, n) =>
    `{"query":"query Q($id: ID!) { ${noun()}(id: $id) { id name } }","variables":{"id":${n(99)}}}`,
  // Lists and records as telemetry and trackers send them.
  (r, noun, n) => {
    const parts = Array.from(
      { length: 2 + n(12) },
      () => r.pick([noun(), String(n(9999)), "", n(99).toString(36)]),
    );
    return parts.join(r.pick(["|", "||", ";", ",", "$", "~", "/", "+", ":", "^", "*", "\t"]));
  },
  (r, noun, n) => {
    const pair = () =>
      `${noun()}${r.pick(["=", ":", "~"])}${r.pick([noun(), String(n(1e6)), `"${noun()}"`])}`;
    return Array.from({ length: 2 + n(8) }, pair).join(r.pick(["$", ";", "|", "&", ",", "#", "!"]));
  },
  (_, __, n) =>
    Array.from({ length: 3 + n(20) }, () => `@${n(36).toString(36)}/${n(999).toString(36)}`).join("+"),
  (_, noun, n) =>
    `https://www.example.com/url?sa=t&source=web&cd=${n(9)}&ved=0C${
      n(999)
    }&url=http://shop.example.org/${noun()}/${noun()}.html&usg=AFQ${n(9999)}`,
  (_, noun, n) =>
    `Mozilla/5.0 (compatible; ${noun()}bot/${n(9)}.${n(9)}; +http://www.example.com/bot.html) ${noun()}`,
  (r, noun, n) =>
    r.pick(["{", "["]) +
    `"${noun()}":"${noun()}","n":${n(99)},"list":[${n(9)},${n(9)}],"t":"${noun()}+${noun()}"`,
];

function generatedTexts(count: number): string[] {
  const random = new Random(7);
  const noun = () => random.pick(NOUNS);
  const n = (below: number) => random.below(below);
  const makers = [...MAKERS, ...EXPRESSION_MAKERS];
  return Array.from({ length: count }, (_, i) => makers[i % makers.length]!(random, noun, n));
}
