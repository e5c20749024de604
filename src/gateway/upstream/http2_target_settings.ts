import { type ConnectionFault, ErrorCode, fault } from "../listener/http2/frame.ts";
import { PeerSettings, Setting } from "../listener/http2/settings.ts";

/** Streams on one connection at once, whatever a target allows: more share its fate and its windows. */
const MOST_STREAMS = 128;

/** What we tell a target of ourselves; what is not named has the protocol's default. */
export function settingsForTargets(maxListBytes: number): [number, number][] {
  return [[Setting.enablePush, 0], [Setting.maxHeaderListSize, maxListBytes]];
}

/** What a target has told of itself (RFC 9113, 6.5). */
export class TargetSettings extends PeerSettings {
  maxStreams = MOST_STREAMS;
  /** It takes Extended CONNECT (RFC 8441, 3). */
  takesConnect = false;

  override take(key: number, value: number): ConnectionFault | null {
    if (key === Setting.maxConcurrentStreams) this.maxStreams = Math.min(value, MOST_STREAMS);
    else if (key === Setting.enableConnectProtocol && value === 1) this.takesConnect = true;
    else if (key === Setting.enablePush && value !== 0) {
      // RFC 9113, 6.5.2: a server never says more than that.
      return fault(ErrorCode.protocolError, "SETTINGS_ENABLE_PUSH of a server");
    }
    return super.take(key, value);
  }
}
