import type { Config } from "./config/config.ts";
import { AlarmWatch } from "./control/shield/alarm_watch.ts";
import { AnalystLink } from "./control/analyst_link.ts";
import { rollBack } from "./control/hosts/canary_rollback.ts";
import type { Control } from "./control/control.ts";
import { GeoSource } from "./control/geo/geo_source.ts";
import { StreamWatch } from "./control/streams/stream_watch.ts";
import { TargetWatch } from "./control/targets/target_watch.ts";
import { TrafficWatch } from "./control/targets/traffic_watch.ts";
import type { Clock } from "./core/clock.ts";
import type { Logger } from "./core/ports.ts";
import type { Snapshot } from "./core/snapshot.ts";
import type { Fleet } from "./gateway/fleet.ts";
import type { SharedState } from "./gateway/shared_state.ts";
import type { UpstreamTransport } from "./gateway/upstream/transport.ts";
import { geoFiles } from "./geo_files.ts";

export interface ControlWatchesParts {
  readonly config: Config;
  readonly shared: SharedState;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked when something was seen, never before the watches are started. */
  control(): Control;
  transport(): UpstreamTransport;
}

/** What is watched while gateways serve: targets, their traffic, load, streams, the analyst, and where clients are. */
export class ControlWatches {
  readonly targets: TargetWatch;
  readonly traffic: TrafficWatch;
  readonly alarm: AlarmWatch;
  readonly analyst: AnalystLink;
  readonly streams: StreamWatch;
  readonly geo: GeoSource;
  #ends: readonly (() => void)[] = [];

  constructor({ config, shared, fleet, clock, logger, control, transport }: ControlWatchesParts) {
    this.targets = new TargetWatch({
      cells: shared.targets,
      transport,
      clock,
      logger,
      notify: (notice) => control().notify(notice),
    });
    this.traffic = new TrafficWatch({
      cells: shared.targets,
      clock,
      logger,
      rollBack: (hostId, reason) => void rollBack(control(), hostId, reason),
    });
    this.alarm = new AlarmWatch({
      alarm: shared.alarm,
      clock,
      logger,
      notify: (notice) => control().notify(notice),
    });
    this.analyst = new AnalystLink({ wish: (wishes) => control().banDesk.wish(wishes) });
    this.streams = new StreamWatch(shared.streams, fleet);
    this.geo = new GeoSource({
      files: geoFiles(config),
      clock,
      logger,
      enabled: () => control().settings().toggles.geoip,
      changed: (files) => fleet.shareGeo(files),
    });
  }

  /** With each snapshot that is in force. `blockSeconds`: how long correlated rules block. */
  update(snapshot: Snapshot, blockSeconds: number): void {
    this.targets.update(snapshot);
    this.traffic.update(snapshot);
    this.alarm.update(snapshot);
    this.analyst.update(snapshot, blockSeconds);
    this.streams.update(snapshot);
  }

  /** Begins what looks again and again; targets are checked from the first `update` on. */
  start(): void {
    this.#ends = [this.traffic.start(), this.alarm.start(), this.geo.start()];
  }

  /** Ends it, and the checks of targets. The analyst is told until `analyst.close`. */
  stop(): void {
    this.targets.stop();
    for (const end of this.#ends) end();
  }
}
