import { contains, parseCidr } from "../../lib/ip.ts";
import type { FoundSource } from "./found_source.ts";
import { opensWebPort } from "./web_ports.ts";

/** A rule that a TCP connection to a port of the web may meet. */
interface Rule {
  readonly line: number;
  /** `ACCEPT`, or a chain. */
  readonly target: string;
  /** null: whoever it is. */
  readonly sources: readonly string[] | null;
}

/**
 * Rules that are gone through from INPUT on. A set of chains that calls itself again and again is nobody's: what stands
 * behind so many is left out.
 */
const MOST_STEPS = 20_000;
const DEEPEST = 32;

/**
 * `iptables-save`: `-A INPUT -s 192.0.2.0/24 -p tcp --dport 443 -j ACCEPT`, in INPUT and in the chains that it leads to
 * (`-A INPUT -j ALLOWIN`), as CSF, UFW and firewalld write them.
 */
export function iptables(text: string): FoundSource[] {
  const chains = chainsOf(text);
  const found: FoundSource[] = [];
  const seen = new Set<string>();
  let steps = 0;
  const walk = (chain: string, within: string | null, depth: number) => {
    const call = `${chain} ${within}`;
    if (depth > DEEPEST || seen.has(call)) return;
    seen.add(call);
    for (const { line, target, sources } of chains.get(chain) ?? []) {
      if (++steps > MOST_STEPS) return;
      for (const source of sources === null ? [within] : both(sources, within)) {
        if (target !== "ACCEPT") walk(target, source, depth + 1);
        else if (source !== null) found.push({ text: source, line });
      }
    }
  };
  walk("INPUT", null, 0);
  return found.sort((a, b) => a.line - b.line);
}

/** Sources that a rule names, of those that reach its chain at all; of two that overlap the narrower one. */
function both(sources: readonly string[], within: string | null): string[] {
  if (within === null) return [...sources];
  return sources.flatMap((source) =>
    source === within || holds(within, source) ? [source] : holds(source, within) ? [within] : []
  );
}

function holds(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== null && b !== null && a.prefix <= b.prefix && contains(a, b.words);
}

/** Of the table `filter`, or of rules that stand in no table. */
function chainsOf(text: string): Map<string, Rule[]> {
  const chains = new Map<string, Rule[]>();
  let isFilter = true;
  for (const [i, each] of text.split("\n").entries()) {
    if (each.startsWith("*")) isFilter = each.trim() === "*filter";
    const words = each.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
    if (!isFilter || (words[0] !== "-A" && words[0] !== "--append") || words[1] === undefined) continue;
    const rule = ruleOf(words, i + 1);
    if (rule === null) continue;
    const chain = chains.get(words[1]);
    if (chain === undefined) chains.set(words[1], [rule]);
    else chain.push(rule);
  }
  return chains;
}

function ruleOf(words: readonly string[], line: number): Rule | null {
  const after = (...names: string[]) => {
    const at = words.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : { value: words[at + 1] ?? "", isNot: words[at - 1] === "!" };
  };
  const target = after("-j", "--jump", "-g", "--goto")?.value;
  if (target === undefined) return null;
  const protocol = after("-p", "--protocol");
  if (protocol !== undefined && (protocol.isNot || !["tcp", "6", "all"].includes(protocol.value))) {
    return null;
  }
  const device = after("-i", "--in-interface");
  if (device !== undefined && device.value === "lo" && !device.isNot) return null;
  const ports = after("--dport", "--dports", "--destination-port", "--destination-ports");
  // [SECURITY] "Every port but these" is read as none of the web's: a source that is left out is only not proposed.
  if (ports !== undefined && (ports.isNot || !opensWebPort(ports.value))) return null;
  const source = after("-s", "--source", "--src") ?? after("--src-range");
  if (source?.isNot === true) return null;
  return { line, target, sources: source === undefined ? null : source.value.split(",") };
}
