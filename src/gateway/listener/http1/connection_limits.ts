/** Bytes of later requests that are read while an exchange runs; reading on is how a client's leaving is noticed. */
export const READ_AHEAD_BYTES = 16_384;
/** Unread request body that is read for nobody so that the connection can go on; more costs a new connection. */
export const DISCARD_BYTES = 65_536;
/** How long the client may take for that, and for reading a last answer before the socket is closed for good. */
export const LINGER_MS = 5_000;
/**
 * A client that has sent FIN may have only half-closed, or be gone: TCP does not say before something is sent to it.
 * Where nothing could be for this long the exchange is aborted, so that nobody's leaving keeps a target busy.
 */
export const HALF_CLOSED_MS = 1_000;
