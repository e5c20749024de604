export interface Target {
  readonly id: string;
  /** `http://host:port` or `https://host:port`, no path, no userinfo. */
  readonly url: string;
  /** 1 to 1000. */
  readonly weight: number;
  readonly backup: boolean;
  /** `canary`: gets the share of `canary.percent`. */
  readonly role: "primary" | "canary";
  /** TLS upstreams: verify the chain and name. */
  readonly verify_tls: boolean;
  /**
   * `h2`: HTTP/2, by prior knowledge where the target is http or a socket (h2c), by ALPN where it is https; a target
   * that does not speak it is an error, never spoken to in another way.
   */
  readonly protocol: "http1" | "h2";
}

export const TARGET_DEFAULTS: Omit<Target, "id" | "url"> = Object.freeze({
  weight: 1,
  backup: false,
  role: "primary",
  verify_tls: true,
  protocol: "http1",
});
