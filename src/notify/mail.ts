import type { Socket } from "node:net";
import type { SmtpChannel } from "./channel.ts";
import { DeliveryFailure } from "./failure.ts";
import { oneLine } from "./message.ts";

/** For connecting, for the greeting, and for every answer. */
const STEP_MS = 8_000;
/** For everything. */
const TOTAL_MS = 20_000;

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** A connection to the server, made by the rule for targets; TLS from its first byte where asked for. Rejects where there is none. */
export type Dial = (host: string, port: number, tls: boolean, timeoutMs: number) => Promise<Socket>;

/** Sends one mail; rejects with DeliveryFailure. */
export async function sendMail(
  channel: SmtpChannel,
  mail: Mail,
  dial: Dial,
  totalMs = TOTAL_MS,
): Promise<void> {
  const { host, port, security } = channel;
  const where = `${host}:${port}`;
  let socket: Socket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    socket = await dial(host, port, security === "tls", STEP_MS);
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DeliveryFailure(`${where} took longer than ${totalMs / 1_000} s`)),
        totalMs,
      );
    });
    await Promise.race([handOver(channel, mail, socket), late]);
  } catch (thrown) {
    throw thrown instanceof DeliveryFailure ? thrown : failureOf(where, thrown);
  } finally {
    clearTimeout(timer);
    socket?.destroy();
  }
}

async function handOver(channel: SmtpChannel, mail: Mail, socket: Socket): Promise<void> {
  const { host, port, security, user, password } = channel;
  // Loaded with the first mail: most installations never send one.
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    connection: socket,
    host,
    port,
    secure: security === "tls",
    // The handshake is over: the rule for targets was applied to the very connection.
    secured: security === "tls",
    // [SECURITY] Without it whoever sits between can take the server's offer of TLS away (CVE-2011-0411 and its kin).
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    // [SECURITY] The name, or the address, that the certificate has to carry is `host`. As a server name it would be
    // refused where it is an address (RFC 6066, 3).
    tls: { rejectUnauthorized: true },
    name: "aegis.invalid",
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === "" ? {} : { auth: { user, pass: password } }),
  });
  try {
    await transport.sendMail({
      from: { name: oneLine(channel.from_name), address: channel.from_address },
      to: [...mail.to],
      subject: oneLine(mail.subject),
      text: mail.text,
      xMailer: false,
      headers: { "auto-submitted": "auto-generated" },
    });
  } finally {
    transport.close();
  }
}

/** What went wrong, in words of our own: what the server says is not shown. */
function failureOf(where: string, thrown: unknown): DeliveryFailure {
  const { code, responseCode, message } = thrown as {
    code?: string;
    responseCode?: number;
    message?: string;
  };
  const permanent = responseCode !== undefined && responseCode >= 500;
  const said = responseCode === undefined ? "" : ` (${responseCode})`;
  const tls = tlsFault(where, message ?? "");
  if (tls !== null) return new DeliveryFailure(tls);
  switch (code) {
    case "EAUTH":
      return new DeliveryFailure(`${where} does not take the user name and password${said}`, permanent);
    case "EENVELOPE":
      return new DeliveryFailure(`${where} does not take the sender or a recipient${said}`, permanent);
    case "EMESSAGE":
      return new DeliveryFailure(`${where} does not take the mail${said}`, permanent);
    case "ETLS":
      return new DeliveryFailure(`${where} does not offer STARTTLS, or breaks it off`);
    case "ETIMEDOUT":
      return new DeliveryFailure(`${where} took too long`);
    case "EPROTOCOL":
      return new DeliveryFailure(`${where} does not speak SMTP${said}`, permanent);
    default:
      return new DeliveryFailure(
        code === undefined ? `${where}: ${message ?? "failed"}` : `${where}: the connection failed${said}`,
        / is refused: /.test(message ?? ""),
      );
  }
}

/** What is wrong with the TLS of the server at `where`, by the text of a failure; null: something else failed. */
export function tlsFault(where: string, message: string): string | null {
  const text = message.replace(`${where}: `, "");
  if (/certificate|altname/i.test(text)) return `${where}: its certificate is not trusted (${text})`;
  if (!/wrong version number|corrupt message/i.test(text)) return null;
  return `${where} does not begin with TLS: it may want STARTTLS`;
}
