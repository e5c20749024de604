import type { Random } from "../../fuzz/random.ts";
import { NAMES, SENTENCES, TITLES } from "./texts.ts";
import { SNIPPETS } from "./snippets.ts";

/** Some sentences one after the other. */
export function paragraph(random: Random, sentences = 2 + random.below(4)): string {
  return Array.from({ length: sentences }, () => random.pick(SENTENCES)).join(" ");
}

/** A program or a piece of configuration. */
export function snippet(random: Random): string {
  return random.pick(Object.values(SNIPPETS));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What an editor in the browser sends: headings, links, tables, quoted code. */
export function richText(random: Random): string {
  const blocks = [
    `<h2>${escaped(random.pick(TITLES))}</h2>`,
    `<p style="text-align: left">${escaped(paragraph(random))}</p>`,
    `<p><a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener" onclick="">${
      escaped(random.pick(TITLES))
    }</a></p>`,
    `<ul><li>${escaped(random.pick(SENTENCES))}</li><li><em>${escaped(random.pick(NAMES))}</em></li></ul>`,
    `<table border="1"><tbody><tr><td>1</td><td>2 &lt; 3</td></tr></tbody></table>`,
    `<figure><img src="/media/cat.jpg" alt="A cat" width="300" loading="lazy"></figure>`,
  ];
  if (random.below(3) === 0) blocks.push(`<pre><code>${escaped(snippet(random))}</code></pre>`);
  return blocks.slice(0, 2 + random.below(blocks.length - 1)).join("\n");
}

export function markdown(random: Random): string {
  const code = random.below(2) === 0 ? `\n\n\`\`\`\n${snippet(random)}\n\`\`\`\n` : "";
  return `# ${random.pick(TITLES)}\n\n${paragraph(random)}\n\n* ${random.pick(SENTENCES)}\n* **${
    random.pick(NAMES)
  }**: see [the docs](https://example.com/docs?v=2#top)${code}\n\n> ${random.pick(SENTENCES)}\n`;
}

export function wikiText(random: Random): string {
  const code = random.below(2) === 0
    ? `\n<syntaxhighlight lang="text">\n${snippet(random)}\n</syntaxhighlight>\n`
    : "";
  return `{{Infobox|name=${random.pick(TITLES)}|year=2026}}\n'''${random.pick(TITLES)}''' -- ${
    paragraph(random)
  }<ref name="a">{{cite web|url=https://example.com/?a=1&b=2|title="It's"}}</ref>\n\n== History ==\n${
    paragraph(random)
  }${code}\n<nowiki><script>alert('not run')</script></nowiki>\n\n{| class="wikitable"\n! Name !! Price\n|-\n| ${
    random.pick(NAMES)
  } || 50% off <br/> 1 < 2\n|}\n# one\n#* two\n[[Category:Things & stuff]]\n`;
}

export function email(random: Random): string {
  const person = `user${random.below(999)}`;
  return `${person}${random.below(2) === 0 ? "+news" : ".x"}@mail.example.com`;
}

const HEX = "0123456789abcdef";

export function hex(random: Random, length: number): string {
  return Array.from({ length }, () => HEX[random.below(16)]).join("");
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64(random: Random, length: number): string {
  return Array.from({ length }, () => BASE64[random.below(64)]).join("");
}

/** Passwords as managers make them: everything on the keyboard. */
export function password(random: Random): string {
  const signs = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#$%&()*+,-./:;<=>?@[]^_{|}~'\"";
  return Array.from({ length: 12 + random.below(12) }, () => signs[random.below(signs.length)]).join("");
}

export function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => hex(random, length)).join("-");
}
