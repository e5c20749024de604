export interface ListenAddress {
  /** `::` stands for every address of the machine, IPv6 and IPv4. */
  readonly hostname: string;
  /** 0: any free one. */
  readonly port: number;
  /**
   * Taken instead, with one line that says so, where `port` needs a privilege that is missing; null: none. 0: any free
   * one, also where another program has `port`.
   */
  readonly fallback_port: number | null;
  /** Of `proxy_listen`: HTTP/2 by prior knowledge is taken in the clear, beside HTTP/1.1. */
  readonly h2c?: boolean;
  /** Networks whose connections must begin with a PROXY header; absent: none. */
  readonly proxy_protocol?: readonly string[];
  /** What was asked for, where another port or address stands in for it since the start. */
  readonly settled_from?: { readonly hostname: string; readonly port: number };
}
