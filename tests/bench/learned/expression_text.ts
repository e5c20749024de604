import type { Random } from "./random.ts";

type Maker = (random: Random, noun: () => string, n: (below: number) => number) => string;

/** `count` of what `make` gives, joined. */
function several(count: number, make: () => string, by: string): string {
  return Array.from({ length: count }, make).join(by);
}

/**
 * Queries in the small languages that pages send to their own servers: filters, selectors, search operators, formulas.
 * They are brackets and signs, and nothing else of an attack.
 */
export const EXPRESSION_MAKERS: readonly Maker[] = [
  // A wiki's filter.
  (random, noun, n) =>
    several(2 + n(9), () => {
      const run = random.pick([
        "tag",
        "prefix",
        "suffix",
        "has",
        "field:" + noun(),
        "sort",
        "limit",
        "title",
      ]);
      const value = random.pick([
        noun(),
        `$:/${noun()}/`,
        `$:/${noun()}/${noun()}.js`,
        `${noun()} ${noun()}`,
      ]);
      const all = random.pick(["[all[" + noun() + "]", "[["]);
      const one = all === "[[" ? `[[${value}]]` : `${all}${run}[${value}]]`;
      return random.pick(["", "-", "+", "~"]) +
        random.pick([one, `[${run}[${value}]]`, `[!is[${noun()}]${run}[${value}]]`]);
    }, " "),
  // Search syntax of Lucene and its kin.
  (random, noun, n) =>
    several(1 + n(4), () =>
      random.pick([
        `${noun()}:"${noun()} ${noun()}"~${n(5)}`,
        `+${noun()}:[${n(100)} TO ${100 + n(900)}]`,
        `-${noun()}:(${noun()} OR ${noun()} OR ${noun()})`,
        `${noun()}:${noun()}*^${1 + n(4)}`,
        `NOT ${noun()}:{* TO 2026-0${1 + n(9)}-1${n(9)}}`,
      ]), random.pick([" AND ", " OR ", " "])),
  // OData and SCIM filters.
  (random, noun, n) =>
    several(1 + n(3), () =>
      random.pick([
        `contains(tolower(${noun()}/${noun()}),'${noun()}')`,
        `${noun()} eq '${noun()}' and ${noun()} gt ${n(900)}`,
        `${noun()}s/any(x: x/${noun()} ne null)`,
        `${noun()}s[type eq "work" and value co "@${noun()}.example"]`,
        `not (${noun()} in (${n(9)},${n(99)},${n(999)}))`,
      ]), random.pick([" and ", " or "])),
  // Comparisons as lists, dashboards and issue trackers filter by, around what somebody typed.
  (random, noun, n) => {
    const quote = random.pick(["'", "'", '"']);
    const typed = random.pick([
      noun(),
      `${noun()} ${noun()}`,
      `${n(99)} ${noun()}; ${noun()} (${noun()})`,
      `${noun()}-${n(99)}`,
      `${noun()}: ${noun()}, ${noun()} & ${noun()}`,
      `2026-0${1 + n(9)}-1${n(9)} 00:00:00`,
    ]);
    const one = () =>
      random.pick([
        `${noun()}${random.pick([" = ", " != ", " ~ ", "=", " LIKE "])}${quote}${typed}${quote}`,
        `${noun()}.${noun()} ${random.pick([">", "<=", "="])} ${n(900)}.${n(9)}`,
        `${noun()} in (${quote}${noun()}${quote}, ${quote}${typed}${quote})`,
      ]);
    return several(2 + n(2), one, random.pick([" && ", " and ", " AND ", " || ", " or "])) +
      random.pick(["", "", ` ORDER BY ${noun()} DESC`]);
  },
  // JSONPath, JMESPath, jq.
  (random, noun, n) =>
    random.pick([
      `$.${noun()}[?(@.${noun()} > ${n(99)} && @.${noun()} == '${noun()}')].${noun()}`,
      `$..${noun()}[${n(5)}:${5 + n(9)}:2]['${noun()}','${noun()}']`,
      `${noun()}[?${noun()}=='${noun()}'].{name: ${noun()}, id: ${noun()}[0]}`,
      `.${noun()}[] | select(.${noun()} != null) | {${noun()}, ${noun()}: (.${noun()} // "")}`,
    ]),
  // Selectors of style sheets and paths of documents.
  (random, noun, n) =>
    random.pick([
      `div.${noun()} > ul li:nth-child(${n(9)}n+${n(4)}):not(.${noun()}) a[href^="/${noun()}"]`,
      `//${noun()}[@id="${noun()}"]/${noun()}[position() < ${1 + n(9)}]/text()`,
      `#${noun()}-${n(99)} .${noun()}__${noun()}--${noun()}::before`,
    ]),
  // Formulas and functions of dashboards.
  (random, noun, n) =>
    random.pick([
      `=IF(SUM(B${n(99)}:B${n(999)})>0,ROUND(AVERAGE(C${n(9)}:C${n(99)}),2),"${noun()}")`,
      `sum by (${noun()}) (rate(${noun()}_total{${noun()}="${noun()}",${noun()}!~"${noun()}.*"}[5m])) > ${
        n(99)
      }`,
      `alias(movingAverage(${noun()}.*.${noun()}.{${noun()},${noun()}}, ${n(60)}), '${noun()}')`,
      `{{ ${noun()}.${noun()} | default('${noun()}') | upper }} (${n(99)} %)`,
    ]),
  // Field lists, sorting, globs, patterns, ranges of time.
  (random, noun, n) =>
    random.pick([
      `${noun()},${noun()}(${noun()},${noun()}{${noun()}}),-${noun()}`,
      `{ ${noun()}(first: ${
        n(50)
      }, after: null) { edges { node { id ${noun()} ... on ${noun()} { ${noun()} } } } } }`,
      `**/${noun()}/{${noun()},${noun()}}-*.[jt]s?(x)`,
      `^(?:${noun()}|${noun()})[-_ ]?\\d{2,${2 + n(5)}}(?:\\.\\w+)?$`,
      `${n(60)} ${n(24)} 1-${2 + n(20)}/2 * ${n(7)}`,
      `now-${n(24)}h/h..now/d;tz=Europe/${noun()};${noun()}:desc`,
      `(${noun()}~eq~'${noun()}')~and~(${noun()}~gte~datetime'2026-0${1 + n(9)}-01T00-00-00')`,
    ]),
];
