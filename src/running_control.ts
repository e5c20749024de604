import type { Config } from "./config/config.ts";
import { AutoBlock } from "./control/bans/auto_block.ts";
import { neverBlamed } from "./control/bans/ban_exemptions.ts";
import { CertificateRenewal } from "./control/certificates/certificate_renewal.ts";
import { challengeFigures } from "./control/shield/challenge_figures.ts";
import { watchConfigFile } from "./control/config_watch.ts";
import type { Control } from "./control/control.ts";
import { DockerHosts } from "./control/docker/docker_hosts.ts";
import { pruneEvidence } from "./control/traffic/evidence.ts";
import { GoodBotDesk } from "./control/shield/good_bot_desk.ts";
import { type HostSource, takenProblems } from "./control/hosts/host_sources.ts";
import { limitFigures } from "./control/shield/limit_figures.ts";
import { LOCAL_ACTOR } from "./control/operation.ts";
import { perform } from "./control/perform.ts";
import { publishAll } from "./control/publish_all.ts";
import { ReputationBook } from "./control/shield/reputation_book.ts";
import { RunningFacts } from "./control/running_facts.ts";
import type { Clock } from "./core/clock.ts";
import { AegisError, errorText } from "./core/errors.ts";
import type {
  ControlSettled,
  ControlStart,
  RecorderToControl,
  SupervisorToControl,
  ThreadToSupervisor,
} from "./core/messages.ts";
import type { Logger } from "./core/ports.ts";
import type { Snapshot } from "./core/snapshot.ts";
import { ThreadBeats } from "./core/thread_beats.ts";
import { collectGarbage } from "./core/thread_scope.ts";
import { ControlWatches } from "./control_watches.ts";
import { type Faces, openFaces } from "./faces.ts";
import { takeNews } from "./gateway_news.ts";
import { Fleet } from "./gateway/fleet.ts";
import { openSharedState, type SharedState } from "./gateway/shared_state.ts";
import { greeting } from "./greeting.ts";
import { openControl, type OpenedControl } from "./open_control.ts";
import { startStandingTasks } from "./standing_tasks.ts";

export interface RunningControlParts {
  readonly start: ControlStart<Config>;
  /** With the addresses that the process listens on. */
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** To the supervisor. */
  say(message: ThreadToSupervisor | ControlSettled<Config>): void;
}

/** Control while gateways serve: its parts joined, what it does of its own accord, and what the supervisor tells it. */
export class RunningControl {
  readonly #parts: RunningControlParts;
  readonly #shared: SharedState;
  readonly #beats: ThreadBeats;
  readonly #endBeats: () => void;
  readonly #fleet: Fleet;
  readonly #facts: RunningFacts;
  readonly #watches: ControlWatches;
  readonly #opened: OpenedControl;
  readonly #control: Control;
  readonly #docker: DockerHosts | null;
  readonly #renewal: CertificateRenewal;
  readonly #reputations: ReputationBook;
  readonly #autoBlock: AutoBlock;
  #recorder: MessagePort;
  #faces: Faces | null = null;
  #ends: readonly (() => void)[] = [];

  /** Opens vault and database. Throws AegisError where they cannot be used. */
  constructor(parts: RunningControlParts) {
    const { start, config, clock, logger } = parts;
    this.#parts = parts;
    this.#recorder = start.recorder;
    this.#shared = openSharedState(start.shared, 0);
    this.#beats = new ThreadBeats(start.shared.beats);
    this.#endBeats = this.#beats.start("control");
    const fleet = this.#fleet = new Fleet(
      logger,
      (news, gateway) => takeNews({ control: this.#control, autoBlock, goodBots }, news, gateway),
    );
    const goodBots = new GoodBotDesk((answers) => fleet.answerBots(answers));
    this.#facts = new RunningFacts({
      config,
      fleet,
      startedAt: clock.now(),
      sources: () => this.#sources(),
    });
    this.#watches = new ControlWatches({
      config,
      shared: this.#shared,
      fleet,
      clock,
      logger,
      control: () => this.#control,
      transport: () => this.#opened.transport,
    });
    this.#opened = this.#open();
    this.#control = this.#opened.control;
    const autoBlock = this.#autoBlock = new AutoBlock(
      this.#control,
      (passes) => fleet.revokePasses(passes),
    );
    this.#docker = config.docker_socket === null ? null : this.#dockerHosts(config.docker_socket);
    this.#renewal = new CertificateRenewal(this.#control);
    this.#reputations = new ReputationBook({
      table: this.#shared.reputation,
      store: this.#control.store,
      clock,
      logger,
      exemption: () => neverBlamed(this.#control),
    });
  }

  /** Opens the faces and publishes: from here on gateways can serve. Throws where an address is taken. */
  async start(): Promise<void> {
    const { start, config, clock, logger, say } = this.#parts;
    const control = this.#control;
    const faces = await openFaces({
      control,
      config,
      shared: this.#shared,
      clock,
      logger,
      facts: this.#facts,
    });
    this.#faces = faces;
    this.#opened.settle(faces.config);
    this.#listenToRecorder();
    say({ kind: "settled", config: faces.config });
    say({ kind: "ready" });
    control.proxies.reload();
    // A control thread that takes over finds them in the shared memory. Trusted proxies are known by now: theirs are none.
    if (!start.again) this.#reputations.recall();
    await this.#docker?.start();
    await publishAll(control);
    // The file may have been read again since the process began.
    if (start.again) await this.#reload();
    const endTasks = startStandingTasks(control, this.#renewal);
    this.#watches.start();
    this.#reputations.start();
    const endFileWatch = watchConfigFile({
      path: config.config_path,
      source: this.#opened.file,
      logger,
      reload: () => void this.#reload(),
    });
    this.#ends = [endFileWatch, endTasks];
  }

  /** What the supervisor tells, once `start` has resolved. */
  async obey(message: SupervisorToControl<Config>): Promise<void> {
    switch (message.kind) {
      case "gateway-joined":
        return await this.#join(message.index, message.port);
      case "recorder-joined":
        this.#recorder = message.port;
        this.#listenToRecorder();
        this.#tellRetention();
        return this.#control.live.resume();
      case "analyst-joined":
        return this.#watches.analyst.join(message.port);
      case "thread-restarted":
        return this.#facts.restarted(message.thread, message.index);
      case "reload":
        this.#watches.geo.refresh();
        await this.#reload();
        return this.#parts.say({ kind: "reloaded" });
      case "stop":
        await this.#stop();
        return this.#parts.say({ kind: "stopped" });
    }
  }

  async #stop(): Promise<void> {
    const control = this.#control;
    this.#endBeats();
    for (const end of this.#ends) end();
    this.#docker?.close();
    this.#watches.stop();
    await this.#faces?.close();
    this.#autoBlock.close();
    control.banDesk.close();
    control.banHits.close();
    this.#reputations.close();
    this.#watches.analyst.close();
    this.#fleet.close();
    this.#opened.close();
  }

  #open(): OpenedControl {
    const { start, config, clock, logger } = this.#parts;
    const { targets, traffic, alarm, analyst, streams, geo } = this.#watches;
    return openControl(config, clock, logger, {
      targetCells: this.#shared.targets.size,
      targets,
      traffic,
      alarm,
      limits: limitFigures(this.#shared),
      challenges: challengeFigures(this.#shared),
      analyst,
      streams,
      geo,
      machine: start.machine,
      facts: () => this.#facts.read(),
      watch: (perSecond) => this.#recorder.postMessage({ kind: "watch", perSecond }),
      send: (snapshot) => this.#send(snapshot),
      shareLists: (lists) => this.#fleet.shareLists(lists),
      found: () => this.#docker?.hosts ?? [],
    });
  }

  #dockerHosts(socket: string): DockerHosts {
    const { clock, logger } = this.#parts;
    const control = this.#control;
    return new DockerHosts({
      socket,
      clock,
      logger,
      defaults: () => control.config.defaults.host,
      publish: async () => {
        // Before the first snapshot there is nothing to replace: it is about to have them.
        if (control.publisher.version > 0) await publishAll(control);
      },
    });
  }

  async #send(snapshot: Snapshot): Promise<void> {
    // Before the gateways serve by it: nobody from a blocked country slips in between.
    this.#watches.geo.refresh();
    await this.#fleet.publish(snapshot);
    this.#watches.update(snapshot, this.#control.settings().waf.auto_blacklist_timeout_seconds);
    this.#renewal.watch();
    this.#faces?.renewCertificate(this.#control.adminCertificate());
    this.#tellRetention();
    pruneEvidence(this.#control);
  }

  #sources(): HostSource[] {
    const control = this.#control;
    const file = this.#opened.file?.view(control.config.hosts.length);
    if (this.#docker === null) return file === undefined ? [] : [file];
    const found = this.#docker.source();
    const own = control.hosts().filter((host) => host.origin !== "docker");
    const problems = [...found.problems, ...takenProblems(own, this.#docker.hosts)];
    return [...(file === undefined ? [] : [file]), { ...found, problems }];
  }

  #tellRetention(): void {
    const { retention_days, max_size } = this.#control.settings().log;
    this.#recorder.postMessage({ kind: "retention", days: retention_days, maxBytes: max_size });
  }

  #listenToRecorder(): void {
    this.#recorder.onmessage = (event: MessageEvent<RecorderToControl>) => {
      if (event.data.kind === "rows") this.#control.live.push(event.data.records, event.data.more);
      else this.#facts.logHealth(event.data);
    };
  }

  async #join(index: number, port: MessagePort): Promise<void> {
    const { start, logger, say } = this.#parts;
    const facts = this.#facts;
    try {
      if (!await this.#fleet.join(index, port)) return;
    } catch (thrown) {
      // The first gateway decides whether the process can serve at all; later ones are the supervisor's to replace.
      if (facts.isServing) {
        return logger.error("a gateway does not serve", { gateway: index, error: errorText(thrown) });
      }
      return say({ kind: "fatal", exitCode: 3, lines: [`aegis: ${errorText(thrown)}`] });
    }
    const wasServing = facts.isServing;
    facts.serving(index);
    this.#beats.beat("control");
    if (wasServing || start.again) return;
    say({ kind: "serving" });
    say({ kind: "notice", lines: await greeting(this.#control, facts) });
    collectGarbage();
  }

  async #reload(): Promise<void> {
    const { logger } = this.#parts;
    try {
      const { version } = await perform(this.#control, LOCAL_ACTOR, "system.reload", {});
      logger.info("reloaded", { version });
    } catch (thrown) {
      const fields = thrown instanceof AegisError ? thrown.fields : [];
      logger.error("reload refused, the old state stays in force", { error: errorText(thrown), fields });
    }
  }
}
