import type { FoundSource } from "./found_source.ts";
import { opensWebPort } from "./web_ports.ts";

/** A rule, a line of a set or the head of a block; values in braces stand in it as they are, on one line. */
interface Statement {
  readonly text: string;
  /** Of its beginning. */
  readonly line: number;
  /** What ends it: `{` opens a block, `}` closes one. */
  readonly end: string;
}

/** Where a brace opens values, not a block. */
const BEFORE_VALUES =
  /(?:[=:]|\b(?:saddr|daddr|sport|dport|vmap|map|iifname|oifname|iif|oif|state|protocol|l4proto|nexthdr|type))\s*$/;

/**
 * `nftables.conf`, or what `nft list ruleset` writes: `ip saddr { 192.0.2.1, 198.51.100.0/24 } tcp dport 443 accept` in a
 * chain with `hook input`; sets (`@name`) and definitions (`$name`) are looked up.
 */
export function nftables(text: string): FoundSource[] {
  const statements = statementsOf(text);
  const values = valuesIn(statements);
  let isInput = false;
  return statements.flatMap(({ text: rule, line, end }) => {
    if (end === "{" || end === "}") isInput = false;
    if (/\bhook input\b/.test(rule)) isInput = true;
    return isInput ? sourcesOf(rule, values).map((text) => ({ text, line })) : [];
  });
}

function sourcesOf(rule: string, values: ReadonlyMap<string, readonly string[]>): string[] {
  if (!/\baccept\b/.test(rule) || !allowsTcp(rule)) return [];
  const listOf = (term: string) =>
    term.replace(/[{}]/g, "").split(",").flatMap((each) => values.get(each.trim()) ?? [each.trim()]);
  const ports = /\bdport (!= )?(\{[^}]*\}|\S+)/.exec(rule);
  // [SECURITY] "Every port but these" is read as none of the web's: a source that is left out is only not proposed.
  if (ports !== null && (ports[1] !== undefined || !opensWebPort(listOf(ports[2]!).join()))) return [];
  const sources = /\bip6? saddr (\{[^}]*\}|[^\s!{]\S*)/.exec(rule);
  return sources === null ? [] : listOf(sources[1]!);
}

/** No other protocol is named: not `udp dport 443`, not `icmp type echo-request`. */
function allowsTcp(rule: string): boolean {
  if (/\btcp\b/.test(rule)) return true;
  return !/\b(?:udp|udplite|sctp|dccp|icmp|icmpv6|igmp|esp|ah|gre|comp)\b/.test(rule);
}

/** What sets hold, as `@name`, and definitions, as `$name`. */
function valuesIn(statements: readonly Statement[]): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  let set: string | null = null;
  for (const { text, end } of statements) {
    if (end === "{") set = /^set (\S+)$/.exec(text)?.[1] ?? null;
    const named = /^define (\S+) = (.*)$/.exec(text) ??
      (set === null ? null : /^(elements) = (.*)$/.exec(text));
    if (named !== null) {
      // Elements may carry a time-out or a comment behind the value.
      const list = named[2]!.replace(/[{}]/g, "").split(",").map((each) => each.trim().split(" ")[0]!);
      values.set(set !== null && named[1] === "elements" ? `@${set}` : `$${named[1]}`, list);
    }
    if (end === "}") set = null;
  }
  return values;
}

/** Without comments and quoted texts, which may hold anything. */
function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let [current, line, began, depth] = ["", 1, 1, 0];
  const finish = (end: string) => {
    const text = current.replace(/\s+/g, " ").trim();
    if (text !== "" || end === "}") statements.push({ text, line: began, end });
    current = "";
  };
  for (const [piece] of text.matchAll(/"[^"\n]*"|#[^\n]*|\\\n|[\s\S]/g)) {
    if (piece === "\n" || piece === "\\\n") line++;
    if (piece.startsWith("#") || piece.startsWith('"') || piece === "\\\n") current += " ";
    else if (depth > 0) {
      if (piece === "{") depth++;
      if (piece === "}") depth--;
      current += piece === "\n" ? " " : piece;
    } else if (piece === "{" && BEFORE_VALUES.test(current)) {
      depth = 1;
      current += piece;
    } else if ("{};\n".includes(piece)) finish(piece);
    else {
      if (current.trim() === "") began = line;
      current += piece;
    }
  }
  finish("\n");
  return statements;
}
