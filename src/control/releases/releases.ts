import type { z } from "zod";
import { AegisError, errorText } from "../../core/errors.ts";
import type { Bodies, Change } from "../body.ts";
import type { Control } from "../control.ts";
import type { releasesContract } from "../contract/releases.ts";
import { builtInSource } from "../rules/rule_catalogue.ts";
import { checkRelease, runReleaseTests } from "./release_check.ts";
import { differenceOf } from "./release_difference.ts";
import { tryRelease } from "./release_trial.ts";

type Name = keyof typeof releasesContract;
type View = z.output<(typeof releasesContract)["releases.activate"]["output"]>;

/** Of imported ones; each is under a megabyte. */
const MOST_RELEASES = 10;
const BUILT_IN = "built-in";

export const releasesBodies: Bodies<Name> = {
  "releases.list": {
    read: ({ control }) => ({
      releases: views(control),
      since: control.store.ruleReleases.inForce()?.since ?? null,
      trusted_keys: control.settings().waf.rule_set_keys,
      failure: control.rules.failure,
    }),
  },
  "releases.import": {
    change: ({ control, actor }, { release: text }) => {
      const checked = checkRelease(control, text);
      runReleaseTests(checked);
      const { release, rules } = checked;
      return (change) => {
        const { ruleReleases } = control.store;
        const stored = ruleReleases.list();
        if (stored.length >= MOST_RELEASES && !stored.some(({ version }) => version === release.version)) {
          throw new AegisError(
            "conflict",
            `${MOST_RELEASES} rule sets are kept: delete one that serves no more`,
          );
        }
        const { version, issuedAt, key } = release;
        const imported = { importedAt: change.now, importedBy: actor.name };
        ruleReleases.put({ version, issuedAt, key, rules: rules.length, ...imported }, text);
        change.record(version, null, { version, key, rules: rules.length });
        return find(control, version);
      };
    },
  },
  "releases.compare": {
    read: async (context, { version, days }) => {
      const { control } = context;
      const release = find(control, version);
      const { source, rules } = load(control, version);
      const inForce = views(control).find((each) => each.in_force)!;
      return {
        release,
        is_older: release.issued_at !== null && release.issued_at < (inForce.issued_at ?? 0),
        ...differenceOf(control.rules.builtIn, rules),
        model_changed: source.model !== control.rules.source.model,
        trial: await tryRelease(context, source, rules.map(({ rule }) => rule), days),
      };
    },
  },
  "releases.activate": {
    change: ({ control }, { version }) => {
      const { source } = load(control, version);
      return (change) => putInForce(control, change, version, source);
    },
  },
  "releases.back": {
    change: ({ control }) => {
      const inForce = control.store.ruleReleases.inForce();
      if (inForce === null) {
        throw new AegisError("conflict", "no other rule set was in force before this one");
      }
      const version = shownVersion(inForce.former);
      const { source } = load(control, version);
      return (change) => putInForce(control, change, version, source);
    },
  },
  "releases.delete": {
    change: ({ control }, { version }) => (change) => {
      const before = find(control, version);
      if (version === BUILT_IN) throw new AegisError("read_only", "the built-in rule set comes with Aegis");
      if (before.in_force) throw new AegisError("conflict", "it is in force: put another one in force first");
      const { ruleReleases } = control.store;
      const inForce = ruleReleases.inForce();
      // What was before it is gone: the way back leads to the one that comes with the program.
      if (inForce?.former === version) ruleReleases.setInForce({ ...inForce, former: "" });
      ruleReleases.delete(version);
      change.record(version, before, null);
      return {};
    },
  },
};

/**
 * Puts the rule set that was chosen in force again, at the start. Where it cannot be (its key is trusted no more, the
 * database was touched, it was made for another version), the one that comes with the program serves, and it is said.
 */
export function restoreRelease(control: Control): void {
  const version = control.store.ruleReleases.inForce()?.version ?? "";
  if (version === "") return;
  try {
    control.rules.use(load(control, version).source);
  } catch (thrown) {
    const why = thrown instanceof AegisError ? thrown.message : errorText(thrown);
    control.rules.failed(`${version} is not in force: ${why}`);
    control.logger.error("the chosen rule set is not in force, the built-in one is", { version, error: why });
  }
}

/** [SECURITY] A key whose rule set serves is not withdrawn unnoticed: rules would change by themselves at the next start. */
export function refuseKeysInUse(control: Control, after: readonly string[]): void {
  const inForce = control.store.ruleReleases.inForce()?.version ?? "";
  const used = control.store.ruleReleases.list().find(({ version }) => version === inForce);
  if (used === undefined || after.includes(used.key) || control.rules.failure !== "") return;
  const message = `the rule set in force is signed by ${used.key}`;
  throw new AegisError("invalid_input", message, {
    fields: [{ field: "patch.waf.rule_set_keys", message, remedy: "put another one in force first" }],
  });
}

function putInForce(
  control: Control,
  change: Change,
  version: string,
  source: ReturnType<typeof load>["source"],
): View {
  const { ruleReleases } = control.store;
  const before = control.rules.source;
  const former = ruleReleases.inForce()?.version ?? "";
  if (shownVersion(former) === version && control.rules.failure === "") {
    throw new AegisError("conflict", `${version} is in force already`);
  }
  ruleReleases.setInForce({ version: version === BUILT_IN ? "" : version, former, since: change.now });
  control.rules.use(source);
  change.onFailure(() => control.rules.use(before));
  change.record(version, { version: shownVersion(former) }, { version });
  change.republish();
  return find(control, version);
}

function load(control: Control, version: string) {
  if (version === BUILT_IN) {
    const source = builtInSource();
    return { source, rules: control.rules.rulesOf(source) };
  }
  const text = control.store.ruleReleases.text(version);
  if (text === null) throw unknown(version);
  // [SECURITY] Each time anew: neither the database nor yesterday's list of keys vouches for it.
  const { release, rules } = checkRelease(control, text);
  return { source: release, rules };
}

function views(control: Control): View[] {
  const { ruleReleases } = control.store;
  const inForce = ruleReleases.inForce();
  const serving = control.rules.failure === "" ? inForce?.version ?? "" : "";
  const former = inForce?.former ?? null;
  const state = (version: string) => ({ in_force: version === serving, former: version === former });
  const builtIn = builtInSource();
  return [
    {
      version: BUILT_IN,
      digest: builtIn.version,
      origin: "built-in",
      rules: control.rules.rulesOf(builtIn).length,
      ...state(""),
      issued_at: null,
      key: "",
      imported_at: null,
      imported_by: "",
    },
    ...ruleReleases.list().map((each): View => ({
      version: each.version,
      digest: each.version,
      origin: "imported",
      rules: each.rules,
      ...state(each.version),
      issued_at: each.issuedAt,
      key: each.key,
      imported_at: each.importedAt,
      imported_by: each.importedBy,
    })),
  ];
}

function find(control: Control, version: string): View {
  const found = views(control).find((each) => each.version === version);
  if (found === undefined) throw unknown(version);
  return found;
}

function shownVersion(version: string): string {
  return version === "" ? BUILT_IN : version;
}

function unknown(version: string): AegisError {
  return new AegisError("not_found", `there is no rule set ${version}; import it first`);
}
