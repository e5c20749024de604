import { LocalCa } from "../certificates/local_ca.ts";
import type { Host } from "../core/host.ts";
import { ALARM_HOSTS } from "../gateway/shared_alarm.ts";
import { systemLookup } from "../gateway/upstream/resolver.ts";
import { LoginLimiter } from "../identity/login_limiter.ts";
import { PasswordHasher } from "../identity/passwords.ts";
import type { Store } from "../store/store.ts";
import { adminCertificate, hostCertificates, kept } from "./certificates/host_certificates.ts";
import { servedHosts } from "./hosts/canary.ts";
import { withFound } from "./hosts/host_sources.ts";
import { NO_CHALLENGES } from "./shield/challenge_figures.ts";
import { challengeKeys } from "./shield/challenge_keys.ts";
import { LiveTail } from "./traffic/live.ts";
import { Notices } from "./notices.ts";
import { Sender } from "./notifications/sender.ts";
import { UPLOADED } from "./certificates/certificate_choice.ts";
import { BanHitBook } from "./bans/ban_hits.ts";
import { BanDesk } from "./bans/ban_desk.ts";
import { BotListBook } from "./bot_lists/bot_list_book.ts";
import { ClockWatch } from "./clock_watch.ts";
import { BanOffers } from "./lists/ban_offers.ts";
import { ListKeeper } from "./lists/list_keeper.ts";
import { Publisher } from "./publisher.ts";
import { RuleCatalogue } from "./rules/rule_catalogue.ts";
import { RuleJudge } from "./rules/rule_judge.ts";
import { NO_ALARM } from "./shield/alarm_watch.ts";
import { NO_LIMITS } from "./shield/limit_figures.ts";
import { NO_ANALYST } from "./analyst_link.ts";
import { fetchOverNetwork } from "./proxies/cdn_fetch.ts";
import { ProxyBook } from "./proxies/proxy_book.ts";
import { NO_TRAFFIC } from "./targets/traffic_watch.ts";
import { tryStreamPort } from "./streams/try_stream_port.ts";
import { restoreRelease } from "./releases/releases.ts";
import { SchemaShelf } from "./schemas/schema_shelf.ts";
import { SetupToken } from "./setup_token.ts";
import { upstreamTls } from "./targets/upstream_tls.ts";
import { gatewaySettings, settingsInForce } from "./settings/settings_in_force.ts";
import type { ControlParts } from "./control_parts.ts";
import type { Control } from "./control.ts";
import { followClock } from "./follow_clock.ts";
import { isProxySender } from "./proxy_senders.ts";

/** Joins the parts. Nothing is sent before `publishAll`. */
export function createControl(parts: ControlParts): Control {
  const { store, clock } = parts;
  let config = parts.config;
  const localCa = new LocalCa({ secrets: store.secrets, shelf: store.certificates, clock });
  const rules = new RuleCatalogue(store.customRules, undefined, () => config.rules);
  const schemas = new SchemaShelf(store.apiSchemas);
  const notices = makeNotices(parts, () => control);
  const asked = {
    store,
    clock,
    logger: parts.logger,
    transport: parts.transport,
    isOffline: () => config.offline,
  };
  const certificateInputs = (hosts: readonly Host[]) => ({
    ca: localCa,
    config,
    hosts,
    stored: store.certificates.ofOrigin(UPLOADED),
    now: clock.now(),
  });
  const control: Control = {
    store,
    clock,
    logger: parts.logger,
    targets: parts.targets,
    traffic: parts.traffic ?? NO_TRAFFIC,
    alarm: parts.alarm ?? NO_ALARM,
    limits: parts.limits ?? NO_LIMITS,
    challenges: () => parts.challenges?.() ?? NO_CHALLENGES,
    analyst: parts.analyst ?? NO_ANALYST,
    proxies: new ProxyBook({
      config: () => config,
      settings: () => control.settings(),
      cdnNetworks: store.cdnNetworks,
      now: () => clock.now(),
      readFile: (path) => Deno.readTextFileSync(path),
    }),
    botLists: new BotListBook(store.botLists),
    fetchText: parts.fetchText ?? fetchOverNetwork,
    transport: parts.transport,
    lookup: parts.lookup ?? systemLookup,
    get config() {
      return config;
    },
    geo: parts.geo ?? null,
    localCa,
    rules,
    schemas,
    ruleJudge: new RuleJudge({
      store,
      clock,
      rules,
      settings: () => control.settings(),
      hashKey: () => control.hashKey(),
      version: () => control.publisher.version,
    }),
    live: new LiveTail({
      watch: parts.watch,
      ruleName: (id) => rules.nameOf(id),
      mask: () => config.log.mask,
    }),
    setupToken: new SetupToken(store, () => config.data_dir),
    banHits: new BanHitBook(store, clock, parts.logger),
    lists: new ListKeeper({
      ...asked,
      share: (lists) => parts.shareLists?.(lists),
    }),
    banOffers: new BanOffers(asked),
    clockWatch: new ClockWatch(clock, (ms) => followClock(control, ms)),
    banDesk: makeBanDesk(parts, () => control),
    isTrustedProxy: (address) =>
      isProxySender(control.publisher.current, address) || control.proxies.isTrusted(address),
    signIns: new LoginLimiter(clock),
    passwords: new PasswordHasher(),
    publisher: makePublisher(parts, () => control, (hosts) => hostCertificates(certificateInputs(hosts))),
    settings: () => settingsInForce(config, store.settings.get()),
    upstreamTls: (host) => upstreamTls([host], store.certificates.ofOrigin(UPLOADED))[host.id] ?? null,
    hosts: () => withFound([...config.hosts, ...store.hosts.list()], parts.found?.() ?? []),
    hostCertificates: () => hostCertificates(certificateInputs(control.hosts())),
    localCertificates: () => kept(certificateInputs(control.hosts())),
    adminCertificate: () => adminCertificate(certificateInputs(control.hosts())),
    streams: () => [...config.streams, ...store.streams.list()],
    streamStates: parts.streams,
    tryPort: parts.tryPort ?? tryStreamPort,
    hashKey: () => secretOf(store, "hash_key"),
    facts: () => parts.facts(),
    notices,
    notify: (notice) => notices.notify(notice),
    readConfig: () => parts.readConfig(),
    refusedConfig: (why) => parts.refusedConfig(why),
    useConfig: (next) => {
      config = next;
    },
  };
  restoreRelease(control);
  return control;
}

// The parts below are asked only once control is there.

function makeNotices(parts: ControlParts, control: () => Control): Notices {
  const { store, clock, logger, transport } = parts;
  return new Notices({
    store,
    clock,
    logger,
    sender: new Sender({
      transport,
      clock,
      lookup: parts.lookup ?? systemLookup,
      allowPrivate: () => control().settings().upstreams.allow_private,
    }),
    declared: () => control().config.webhook_url,
    instance: () => parts.machine === undefined ? "aegis" : `aegis@${parts.machine}`,
    hostName: (id) => control().hosts().find((host) => host.id === id)?.domains[0],
  });
}

function makeBanDesk({ store, clock, logger }: ControlParts, control: () => Control): BanDesk {
  return new BanDesk({
    store,
    clock,
    logger,
    settings: () => control().settings(),
    hosts: () => control().hosts(),
    isTrustedProxy: (address) => control().isTrustedProxy(address),
    checkClock: () => control().clockWatch.check(),
    notify: (notice) => control().notify(notice),
    prepare: () => control().publisher.prepare(),
  });
}

function makePublisher(
  parts: ControlParts,
  control: () => Control,
  certificates: (hosts: readonly Host[]) => ReturnType<typeof hostCertificates>,
): Publisher {
  const { store, clock } = parts;
  return new Publisher({
    store,
    clock,
    targetCells: parts.targetCells,
    alarmHosts: ALARM_HOSTS,
    listeners: () => parts.listeners(control().config),
    hosts: () => servedHosts(control()),
    streams: () => control().streams(),
    rules: () => control().rules.all(),
    learned: () => control().rules.learned,
    schemas: () => control().schemas.published(),
    settings: () => gatewaySettings(control().settings(), control().hashKey()),
    challengeKeys: () => challengeKeys(store.secrets, clock.now()),
    certificates,
    proxies: () => control().proxies.publish(),
    publishedBots: () => control().botLists.published(),
    upstreamTls: (hosts) => upstreamTls(hosts, store.certificates.ofOrigin(UPLOADED)),
    check: (snapshot) => parts.check(snapshot),
    send: (snapshot) => parts.send(snapshot),
  });
}

/** 32 random bytes in hex, made when first asked for. */
function secretOf(store: Store, name: string): string {
  const known = store.secrets.get(name);
  if (known !== null) return known;
  const made = crypto.getRandomValues(new Uint8Array(32)).toHex();
  store.secrets.set(name, made);
  return made;
}
