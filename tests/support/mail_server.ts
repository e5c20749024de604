import { SMTPServer } from "smtp-server";
import type { AddressInfo } from "node:net";

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The user that signed in; empty: nobody did. */
  readonly user: string;
  readonly secure: boolean;
  readonly source: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: TakenMail[];
  close(): Promise<void>;
}

export interface MailServerOptions {
  /** Whose sign-in is taken; absent: nobody has to sign in. */
  readonly account?: { readonly user: string; readonly password: string };
  /** Offers STARTTLS with this certificate, or speaks TLS from the first byte. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly implicit: boolean };
  /** Status that every mail is refused with; absent: all are taken. */
  readonly refuse?: number;
}

/** A real SMTP server (npm smtp-server) on loopback. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const mails: TakenMail[] = [];
  const { account, tls, refuse } = options;
  const server = new SMTPServer({
    secure: tls?.implicit ?? false,
    ...(tls === undefined ? { hideSTARTTLS: true } : { cert: tls.cert, key: tls.key }),
    authOptional: account === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      if (username === account?.user && password === account?.password) return done(null, { user: username });
      done(new Error("these are not the secrets you are looking for"));
    },
    onData(stream, session, done) {
      let source = "";
      stream.on("data", (chunk: Uint8Array) => source += new TextDecoder().decode(chunk));
      stream.on("end", () => {
        if (refuse !== undefined) {
          return done(Object.assign(new Error("secret text of the server"), { responseCode: refuse }));
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === "string" ? session.user : "",
          secure: session.secure,
          source,
        });
        done();
      });
    },
  });
  // What a client breaks off is no test's fault.
  server.on("error", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, close: () => new Promise((done) => server.close(() => done())) };
}
