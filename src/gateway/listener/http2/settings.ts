import type { ServerSettings } from "../../../core/snapshot.ts";
import { type ConnectionFault, DEFAULT_MAX_FRAME_BYTES, ErrorCode, fault, readUint32 } from "./frame.ts";

/** Identifiers (RFC 9113, 6.5.2; RFC 8441, 3; RFC 9218, 2.1). */
export const Setting = Object.freeze({
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
  enableConnectProtocol: 0x8,
  noRfc7540Priorities: 0x9,
});

/** Streams that a client may have open (spec 01). */
export const MAX_CONCURRENT_STREAMS = 128;
/** Bytes that a client may send on a stream before somebody takes them. */
export const STREAM_WINDOW = 65_535;
/** HPACK table that our decoder keeps (RFC 7541, 4.2); the protocol's default. */
export const DECODER_TABLE_BYTES = 4_096;
/** A peer may name up to 4 GiB for the encoder's table; no more of it is used than this. */
export const MAX_WINDOW = 0x7fffffff;

/** What we tell a client of ourselves; what is not named has the protocol's default. */
export function ownSettings(limits: ServerSettings): [number, number][] {
  return [
    [Setting.maxConcurrentStreams, MAX_CONCURRENT_STREAMS],
    [Setting.maxHeaderListSize, limits.max_header_bytes],
    [Setting.enableConnectProtocol, 1],
    [Setting.noRfc7540Priorities, 1],
  ];
}

/** What the client has told of itself (RFC 9113, 6.5). */
export class PeerSettings {
  headerTableSize = 4_096;
  initialWindowSize = 65_535;
  maxFrameSize = DEFAULT_MAX_FRAME_BYTES;
  noRfc7540Priorities = -1;

  /** Takes one setting; unknown ones are ignored. */
  take(key: number, value: number): ConnectionFault | null {
    switch (key) {
      case Setting.headerTableSize:
        this.headerTableSize = value;
        return null;
      case Setting.enablePush:
        return value <= 1 ? null : fault(ErrorCode.protocolError, `SETTINGS_ENABLE_PUSH is ${value}`);
      case Setting.initialWindowSize:
        if (value > MAX_WINDOW) {
          return fault(ErrorCode.flowControlError, `SETTINGS_INITIAL_WINDOW_SIZE is ${value}`);
        }
        this.initialWindowSize = value;
        return null;
      case Setting.maxFrameSize:
        if (value < DEFAULT_MAX_FRAME_BYTES || value > 0xffffff) {
          return fault(ErrorCode.protocolError, `SETTINGS_MAX_FRAME_SIZE is ${value}`);
        }
        this.maxFrameSize = value;
        return null;
      case Setting.noRfc7540Priorities:
        // RFC 9218, 2.1: a boolean that is not changed afterwards.
        if (value > 1 || (this.noRfc7540Priorities >= 0 && this.noRfc7540Priorities !== value)) {
          return fault(ErrorCode.protocolError, "SETTINGS_NO_RFC7540_PRIORITIES is no boolean, or changed");
        }
        this.noRfc7540Priorities = value;
        return null;
      case Setting.enableConnectProtocol:
        return value <= 1
          ? null
          : fault(ErrorCode.protocolError, "SETTINGS_ENABLE_CONNECT_PROTOCOL is no boolean");
      default:
        return null;
    }
  }
}

/** Calls `each` for every setting of a frame's payload, in order. */
export function forEachSetting(
  bytes: Uint8Array,
  start: number,
  end: number,
  each: (key: number, value: number) => ConnectionFault | null,
): ConnectionFault | null {
  for (let at = start; at < end; at += 6) {
    const problem = each((bytes[at]! << 8) | bytes[at + 1]!, readUint32(bytes, at + 2));
    if (problem !== null) return problem;
  }
  return null;
}
