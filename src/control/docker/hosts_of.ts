import { createHash } from "node:crypto";
import type { PresetSettings } from "../../config/presets.ts";
import { Domain } from "../../config/fields.ts";
import { HostInput } from "../../config/host_schema.ts";
import { fieldErrors } from "../../config/schema_errors.ts";
import type { Host } from "../../core/host.ts";
import { type Container, containerName } from "./container.ts";
import { type LabelProblem, readLabels, type Wish } from "./labels.ts";

/** All that is wished of one domain. */
interface Demand {
  readonly domain: string;
  /** For the whole host. */
  readonly whole: Wish[];
  readonly below: Map<string, Wish[]>;
}

const STRICTER = ["enforce", "detect", "off"] as const;

/**
 * The hosts that these containers ask for by their labels, with the preset's defaults, and what is wrong with labels.
 * Copies of one service share a host, as its targets; a label that cannot be obeyed leaves the others in force.
 */
export function hostsOf(
  containers: readonly Container[],
  defaults: PresetSettings["host"],
  now: number,
): { hosts: Host[]; problems: LabelProblem[] } {
  const problems: LabelProblem[] = [];
  const demands = new Map<string, Demand>();
  const ordered = containers.toSorted((a, b) => containerName(a).localeCompare(containerName(b)));
  for (const container of ordered) {
    const read = readLabels(container);
    problems.push(...read.problems);
    for (const wish of read.wishes) {
      const domain = Domain.safeParse(wish.domain);
      const refused = domain.success
        ? add(demands, { ...wish, domain: domain.data })
        : invalid(wish, fieldErrors(Domain, domain.error)[0]);
      if (refused !== null) problems.push(refused);
    }
  }
  const byDefinition = new Map<string, { definition: Definition; domains: string[]; wishes: Wish[] }>();
  for (const demand of demands.values()) {
    const definition = define(demand, problems);
    if (definition === null) continue;
    const key = JSON.stringify(definition);
    const known = byDefinition.get(key);
    if (known === undefined) {
      byDefinition.set(key, { definition, domains: [demand.domain], wishes: demand.whole });
    } else known.domains.push(demand.domain);
  }
  const hosts = [...byDefinition.values()].flatMap(({ definition, domains, wishes }) => {
    const { mode, ...rest } = definition;
    const read = HostInput.safeParse({
      domains,
      ...rest,
      max_body_bytes: defaults.max_body_bytes,
      security_headers: defaults.security_headers,
      waf: { mode: mode ?? defaults.waf_mode },
    });
    if (read.success) return [toHost(read.data, now)];
    problems.push(...fieldErrors(HostInput, read.error).map((error) => invalid(wishes[0]!, error)));
    return [];
  });
  return { hosts, problems };
}

/** [SECURITY] The first container (by name) has a domain or path; another only as a copy of the same service. */
function add(demands: Map<string, Demand>, wish: Wish): LabelProblem | null {
  let demand = demands.get(wish.domain);
  if (demand === undefined) {
    demand = { domain: wish.domain, whole: [], below: new Map() };
    demands.set(wish.domain, demand);
  }
  const place = wish.prefix === null ? demand.whole : demand.below.get(wish.prefix) ?? [];
  const owner = place[0];
  if (owner !== undefined && owner.service !== wish.service) {
    const what = wish.domain + (wish.prefix ?? "");
    return problem(
      wish,
      `"${what}" belongs to the container ${owner.container} already`,
      "name another domain, or stop one of the two",
    );
  }
  if (!place.some(({ url }) => url === wish.url)) place.push(wish);
  if (wish.prefix !== null) demand.below.set(wish.prefix, place);
  return null;
}

interface Definition {
  readonly targets: readonly { readonly url: string }[];
  readonly paths?: readonly {
    readonly prefix: string;
    readonly targets: readonly { readonly url: string }[];
  }[];
  readonly mode: Wish["waf"];
}

/** null: nothing serves the domain as a whole. */
function define({ domain, whole, below }: Demand, problems: LabelProblem[]): Definition | null {
  const first = whole[0];
  if (first === undefined) {
    for (const [prefix, [wish]] of below) {
      problems.push(problem(
        wish!,
        `only ${prefix} of ${domain} is routed, and no container serves the rest`,
        `give one container the rule Host(\`${domain}\`)`,
      ));
    }
    return null;
  }
  const modes = [...whole, ...[...below.values()].flat()].map(({ waf }) => waf);
  const targets = (wishes: readonly Wish[]) => wishes.map(({ url }) => ({ url }));
  return {
    targets: targets(whole),
    ...(below.size === 0
      ? {}
      : { paths: [...below].map(([prefix, wishes]) => ({ prefix, targets: targets(wishes) })) }),
    // Containers that differ share the stricter: nobody's protection is taken away by a neighbour.
    mode: STRICTER.find((mode) => modes.includes(mode)) ?? null,
  };
}

/** Ids come of what a host is, so that its log and its targets' state outlive a restart of the container. */
function toHost(fields: ReturnType<typeof HostInput.parse>, now: number): Host {
  const id = `docker-${digest(fields.domains[0]!)}`;
  const withIds = <T extends { readonly url: string }>(targets: readonly T[], place: string) =>
    targets.map((target) => ({ ...target, id: `docker-${digest(`${id} ${place} ${target.url}`)}` }));
  return {
    ...fields,
    id,
    targets: withIds(fields.targets, ""),
    paths: fields.paths.map((path) => ({ ...path, targets: withIds(path.targets, path.prefix ?? "") })),
    origin: "docker",
    created_at: now,
    updated_at: now,
    version: 1,
  };
}

function invalid(wish: Wish, error: { message: string; remedy?: string } | undefined): LabelProblem {
  return problem(wish, error?.message ?? "is not valid", error?.remedy ?? "correct the label");
}

function problem(wish: Wish, message: string, remedy: string): LabelProblem {
  return { where: `container ${wish.container}, label ${wish.label}`, message, remedy };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
