import type { Config } from "./config/config.ts";
import type { Control } from "./control/control.ts";
import { publishAll } from "./control/publish_all.ts";
import { choosePorts } from "./control/listen_ports.ts";
import { LOCAL_ACTOR } from "./control/operation.ts";
import { perform } from "./control/perform.ts";
import { RunningFacts } from "./control/running_facts.ts";
import { StreamWatch } from "./control/stream_watch.ts";
import { TargetWatch } from "./control/target_watch.ts";
import { keepEvidence, pruneEvidence } from "./control/evidence.ts";
import { keepReport } from "./control/mistake_reports.ts";
import { watchEnforcing } from "./control/enforce_watch.ts";
import { rollBack } from "./control/canary_rollback.ts";
import { AlarmWatch } from "./control/alarm_watch.ts";
import { limitFigures } from "./control/limit_figures.ts";
import { AnalystLink } from "./control/analyst_link.ts";
import { TrafficWatch } from "./control/traffic_watch.ts";
import { startBotListWatch } from "./control/bot_lists/bot_list_watch.ts";
import { startProxyWatch } from "./control/proxies/proxy_watch.ts";
import { challengeFigures } from "./control/challenge_figures.ts";
import { GoodBotDesk } from "./control/good_bot_desk.ts";
import { watchConfigFile } from "./control/config_watch.ts";
import { type GeoFile, GeoSource } from "./control/geo/geo_source.ts";
import { DockerHosts } from "./control/docker/docker_hosts.ts";
import { type HostSource, takenProblems } from "./control/host_sources.ts";
import { startSchemaRefresh } from "./control/schemas/schema_refresh.ts";
import { startUpkeep } from "./control/upkeep.ts";
import { CertificateRenewal } from "./control/certificate_renewal.ts";
import { BUILD_INFO } from "./core/build_info.ts";
import { systemClock } from "./core/clock.ts";
import { AegisError, errorText } from "./core/errors.ts";
import type {
  ControlSettled,
  ControlStart,
  ControlToRecorder,
  RecorderToControl,
  SupervisorToControl,
  ThreadToSupervisor,
} from "./core/messages.ts";
import type { Logger } from "./core/ports.ts";
import type { Snapshot } from "./core/snapshot.ts";
import { ThreadBeats } from "./core/thread_beats.ts";
import { collectGarbage, threadScope } from "./core/thread_scope.ts";
import { openFaces } from "./faces.ts";
import { AutoBlock } from "./control/auto_block.ts";
import { Fleet } from "./gateway/fleet.ts";
import { openSharedState } from "./gateway/shared_state.ts";
import { EMBEDDED_COUNTRY } from "./embedded_country.ts";
import { openControl, type OpenedControl } from "./open_control.ts";
import { setupCommand } from "./setup_command.ts";
import { createLogger } from "./telemetry/logger.ts";

/** The control thread's entry: store, operations, administration, API, health checks, and what gateways are told. */

/** How soon a clock that was set is noticed where nothing is changed. */
const CLOCK_EVERY_MS = 1_000;

const clock = systemClock;
const scope = threadScope<SupervisorToControl<Config>, ThreadToSupervisor | ControlSettled<Config>>();

/** What the supervisor says before the store is open waits here. */
const early: SupervisorToControl<Config>[] = [];

scope.onmessage = (event) => {
  const message = event.data;
  if (message.kind !== "start") return void early.push(message);
  const logger = createLogger({ ...message.log, clock, thread: "control" });
  begin(message, logger).catch((thrown) => {
    const known = thrown instanceof AegisError;
    if (!known) logger.error("control could not start", { error: errorText(thrown), stack: stackOf(thrown) });
    const exitCode = known && thrown.code === "port_unavailable"
      ? 3
      : known && thrown.code === "config_refused"
      ? 2
      : 1;
    scope.postMessage({ kind: "fatal", exitCode, lines: [`aegis: ${errorText(thrown)}`] });
  });
};

async function begin(start: ControlStart<Config>, logger: Logger): Promise<void> {
  // [SECURITY] Ports that the gateways hold cannot be tried alone again: a later control would find them in use.
  const { config, notices } = start.again
    ? { config: start.config, notices: [] }
    : await choosePorts(start.config);
  for (const notice of notices) logger.warn(notice);
  const shared = openSharedState(start.shared, 0);
  const beats = new ThreadBeats(start.shared.beats);
  const endBeats = beats.start("control");
  const fleet = new Fleet(logger, (message, gateway) => {
    if (message.kind === "offences") autoBlock.note(message.offences);
    else if (message.kind === "ban-wishes") control.banDesk.wish(message.wishes);
    else if (message.kind === "ban-hits") control.banHits.note(message.hits);
    else if (message.kind === "evidence") keepEvidence(control, message.evidence);
    else if (message.kind === "mistake-reported") keepReport(control, message.report);
    else if (message.kind === "bot-claims") {
      if (!control.config.offline) void goodBots.look(message.claims);
    } else control.banDesk.sharedAddress.report(gateway, message);
  });
  const goodBots = new GoodBotDesk((answers) => fleet.answerBots(answers));
  const facts = new RunningFacts({ config, fleet, startedAt: clock.now(), sources });
  let recorder = start.recorder;
  const tellRecorder = (message: ControlToRecorder) => recorder.postMessage(message);

  const watch = new TargetWatch({
    cells: shared.targets,
    transport: () => opened.transport,
    clock,
    logger,
    notify: (notice) => control.notify(notice),
  });
  const traffic = new TrafficWatch({
    cells: shared.targets,
    clock,
    logger,
    rollBack: (hostId, reason) => void rollBack(control, hostId, reason),
  });
  const alarm = new AlarmWatch({
    alarm: shared.alarm,
    clock,
    logger,
    notify: (notice) => control.notify(notice),
  });
  const analyst = new AnalystLink({ wish: (wishes) => control.banDesk.wish(wishes) });
  const streamStates = new StreamWatch(shared.streams, fleet);
  const geo = new GeoSource({
    files: geoFiles(config),
    clock,
    logger,
    enabled: () => control.settings().toggles.geoip,
    changed: (files) => fleet.shareGeo(files),
  });
  const opened: OpenedControl = openControl(config, clock, logger, {
    targetCells: shared.targets.size,
    targets: watch,
    traffic,
    alarm,
    limits: limitFigures(shared),
    challenges: challengeFigures(shared),
    analyst,
    streams: streamStates,
    geo,
    facts: () => facts.read(),
    watch: (perSecond) => tellRecorder({ kind: "watch", perSecond }),
    send: (snapshot) => send(snapshot),
    shareLists: (lists) => fleet.shareLists(lists),
    found: () => docker?.hosts ?? [],
  });
  const { control } = opened;
  const autoBlock = new AutoBlock(control);
  const docker = config.docker_socket === null ? null : new DockerHosts({
    socket: config.docker_socket,
    clock,
    logger,
    defaults: () => control.config.defaults.host,
    publish: async () => {
      // Before the first snapshot there is nothing to replace: it is about to have them.
      if (control.publisher.version > 0) await publishAll(control);
    },
  });
  const renewal = new CertificateRenewal(control);
  const faces = await openFaces({ control, config, shared, clock, logger, facts });
  opened.settle(faces.config);
  listenToRecorder(recorder);
  scope.postMessage({ kind: "settled", config: faces.config });
  scope.postMessage({ kind: "ready" });
  control.proxies.reload();
  await docker?.start();
  await publishAll(control);
  // The file may have been read again since the process began.
  if (start.again) await reload(control, logger);
  const endUpkeep = startUpkeep(control, renewal);
  const endSchemaRefresh = startSchemaRefresh(control);
  control.lists.start();
  control.banOffers.start();
  const clockTimer = setInterval(() => control.clockWatch.check(), CLOCK_EVERY_MS);
  const endTraffic = traffic.start();
  const endAlarm = alarm.start();
  const endEnforceWatch = watchEnforcing(control);
  const endProxyWatch = startProxyWatch(control);
  const endBotListWatch = startBotListWatch(control);
  const endGeo = geo.start();
  control.notices.start();
  const endFileWatch = watchConfigFile({
    path: config.config_path,
    source: opened.file,
    logger,
    reload: () => void reload(control, logger),
  });

  scope.onmessage = (event) => void obey(event.data);
  for (const message of early) await obey(message);

  async function send(snapshot: Snapshot): Promise<void> {
    // Before the gateways serve by it: nobody from a blocked country slips in between.
    geo.refresh();
    await fleet.publish(snapshot);
    watch.update(snapshot);
    traffic.update(snapshot);
    alarm.update(snapshot);
    analyst.update(snapshot, control.settings().waf.auto_blacklist_timeout_seconds);
    renewal.watch();
    streamStates.update(snapshot);
    faces.renewCertificate(control.adminCertificate());
    tellRetention();
    pruneEvidence(control);
  }

  function sources(): HostSource[] {
    const file = opened.file?.view(control.config.hosts.length);
    if (docker === null) return file === undefined ? [] : [file];
    const found = docker.source();
    const own = control.hosts().filter((host) => host.origin !== "docker");
    const problems = [...found.problems, ...takenProblems(own, docker.hosts)];
    return [...(file === undefined ? [] : [file]), { ...found, problems }];
  }

  function tellRetention(): void {
    const { retention_days, max_size } = control.settings().log;
    tellRecorder({ kind: "retention", days: retention_days, maxBytes: max_size });
  }

  async function obey(message: SupervisorToControl<Config>): Promise<void> {
    switch (message.kind) {
      case "gateway-joined":
        await join(message.index, message.port);
        return;
      case "recorder-joined":
        recorder = message.port;
        listenToRecorder(recorder);
        tellRetention();
        return control.live.resume();
      case "analyst-joined":
        return analyst.join(message.port);
      case "thread-restarted":
        return facts.restarted(message.thread, message.index);
      case "reload":
        geo.refresh();
        await reload(control, logger);
        return scope.postMessage({ kind: "reloaded" });
      case "stop":
        endBeats();
        endUpkeep();
        endSchemaRefresh();
        endFileWatch();
        docker?.close();
        renewal.stop();
        watch.stop();
        endTraffic();
        endAlarm();
        endEnforceWatch();
        endProxyWatch();
        endBotListWatch();
        endGeo();
        control.notices.stop();
        await faces.close();
        control.lists.stop();
        control.banOffers.stop();
        clearInterval(clockTimer);
        control.banDesk.close();
        control.banHits.close();
        analyst.close();
        fleet.close();
        opened.close();
        return scope.postMessage({ kind: "stopped" });
    }
  }

  async function join(index: number, port: MessagePort): Promise<void> {
    try {
      if (!await fleet.join(index, port)) return;
    } catch (thrown) {
      // The first gateway decides whether the process can serve at all; later ones are the supervisor's to replace.
      if (facts.isServing) {
        return logger.error("a gateway does not serve", { gateway: index, error: errorText(thrown) });
      }
      return scope.postMessage({ kind: "fatal", exitCode: 3, lines: [`aegis: ${errorText(thrown)}`] });
    }
    const wasServing = facts.isServing;
    facts.serving(index);
    beats.beat("control");
    if (wasServing || start.again) return;
    scope.postMessage({ kind: "serving" });
    scope.postMessage({ kind: "notice", lines: await greeting(control, facts) });
    collectGarbage();
  }

  function listenToRecorder(port: MessagePort): void {
    port.onmessage = (event: MessageEvent<RecorderToControl>) => {
      if (event.data.kind === "rows") control.live.push(event.data.records, event.data.more);
      else facts.logHealth(event.data);
    };
  }
}

/** A file that is named stands in the place of the one that comes with Aegis. */
function geoFiles({ geoip_db_path: country, geoip_asn_db_path: asn }: Config): GeoFile[] {
  return [
    country === null
      ? { role: "country", origin: "built-in", ...EMBEDDED_COUNTRY }
      : { role: "country", origin: "file", path: country, licence: "" },
    ...(asn === null ? [] : [{ role: "asn", origin: "file", path: asn, licence: "" } as const]),
  ];
}

async function reload(control: Control, logger: Logger): Promise<void> {
  try {
    const { version } = await perform(control, LOCAL_ACTOR, "system.reload", {});
    logger.info("reloaded", { version });
  } catch (thrown) {
    const fields = thrown instanceof AegisError ? thrown.fields : [];
    logger.error("reload refused, the old state stays in force", { error: errorText(thrown), fields });
  }
}

/** What the person at the terminal reads once Aegis serves: where, and what to do next. */
async function greeting(control: Control, facts: RunningFacts): Promise<string[]> {
  const lines = [`Aegis ${BUILD_INFO.version} is running.`, ""];
  for (const { name, address } of facts.read().listeners) lines.push(`  ${name.padEnd(8)}${address}`);
  const setup = await perform(control, LOCAL_ACTOR, "setup.link", {});
  if (!setup.needed) return [...lines, ""];
  return [
    ...lines,
    "",
    "First run. Open this link once, on this machine, to make your account:",
    "",
    `  ${setup.url}`,
    "",
    `The certificate is of Aegis's own CA, SHA-256 ${setup.ca_fingerprint}.`,
    `To trust it: ${setup.trust_command}`,
    `Shown again by: ${setupCommand(BUILD_INFO.form, control.config.sources.flags.dataDir)}`,
    "",
  ];
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined;
}
