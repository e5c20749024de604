import { EXPRESSION_MAKERS } from "./expression_text.ts";
import { Random } from "./random.ts";

const SEED = 7;
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

/** Where programs keep their files. */
const PLACES: readonly ((noun: () => string, n: (below: number) => number) => string)[] = [
  (noun) => `C:\\Program Files\\${noun()}\\${noun()}.exe`,
  (noun) => `C:\\ProgramData\\${noun()}\\${noun()}.ini`,
  (noun, n) => `D:\\${noun()}\\${noun()} ${n(2030)}\\${noun()}.xlsx`,
  (noun) => `%APPDATA%\\${noun()}\\${noun()}.json`,
  (noun) => `\\\\${noun()}\\shared\\${noun()}`,
  (noun) => `~/.config/${noun()}/${noun()}.conf`,
  (noun) => `/usr/local/share/${noun()}/${noun()}.txt`,
  (noun, n) => `/var/log/${noun()}/${noun()}.log.${n(9)}`,
  (noun) => `$HOME/.${noun()}rc`,
];

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
  // Steps of a manual or a recipe.
  (r, noun, n) =>
    Array.from({ length: 2 + n(4) }, (_, i) =>
      `${i + 1}${r.pick([")", ")", "."])} ${
        r.pick([
          `${noun()} the ${noun()}`,
          `wait ${n(9)}' ${n(60)}"`,
          `press "${noun()}" (the ${noun()} one)`,
          `${noun()} & ${noun()} for ${n(50)} min`,
          `turn it ${n(9)}/${1 + n(9)} (see ${n(20)})`,
        ])
      }`).join(r.pick(["; ", "; ", ", ", "\n"])) + r.pick(["", ".", "!"]),
  // Where files lie, in a sentence and by itself.
  (r, noun, n) => r.pick(PLACES)(noun, n),
  (r, noun, n) =>
    `${r.pick(["Look into", "Open", "It is under", "Delete"])} ${r.pick(PLACES)(noun, n)} (or ${
      r.pick(PLACES)(noun, n)
    } on ${r.pick(["Linux", "a Mac", "Windows"])}), ${noun()} "${noun()}=${n(9)}" and ${noun()} again.`,
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

/** Texts made by the repository itself, the same at every run. */
export function madeTexts(count: number): string[] {
  const random = new Random(SEED);
  const noun = () => random.pick(NOUNS);
  const n = (below: number) => random.below(below);
  const makers = [...MAKERS, ...EXPRESSION_MAKERS];
  return Array.from({ length: count }, (_, i) => makers[i % makers.length]!(random, noun, n));
}
