import { X509Certificate } from "node:crypto";
import { zip } from "../lib/zip.ts";

/**
 * ZIP with the CA's certificate and how to trust it on each platform. `adminUrl` is where the administration answers,
 * `adminCa` what signed its certificate, `hostsCa` what signs those of hosts: another one once the domains outgrew the
 * first. Holds no secret: the certificates alone sign nothing.
 */
export function trustBundle(adminCa: string, hostsCa: string, adminUrl: string): Uint8Array<ArrayBuffer> {
  const certificate = new X509Certificate(adminCa);
  const encoder = new TextEncoder();
  const hosts = hostsCa === adminCa ? [] : [{ name: "aegis-ca-hosts.crt", content: encoder.encode(hostsCa) }];
  return zip([
    { name: "aegis-ca.crt", content: encoder.encode(adminCa) },
    { name: "aegis-ca.der", content: new Uint8Array(certificate.raw) },
    ...hosts,
    { name: "README.txt", content: encoder.encode(instructions(certificate, adminUrl, hosts.length > 0)) },
  ]);
}

function instructions(certificate: X509Certificate, adminUrl: string, hasSecond: boolean): string {
  return `The local certificate authority of Aegis
========================================

It signs the certificate of the administration (${adminUrl}) and of hosts that have none of their own. It can sign
only for the domains configured in Aegis, for localhost and for private addresses.

${hasSecond ? SECOND : ""}Valid until  ${certificate.validTo}
SHA-256      ${certificate.fingerprint256}

Compare this fingerprint with the one that Aegis printed at its start (or: aegis setup) before you trust the file.

Debian, Ubuntu
    sudo cp aegis-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates

Fedora, RHEL
    sudo cp aegis-ca.crt /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust

Arch Linux
    sudo trust anchor aegis-ca.crt

Chromium and Chrome on Linux (they keep a list of their own)
    certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n "Aegis local CA" -i aegis-ca.crt

Firefox (every platform)
    Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import: aegis-ca.crt,
    and tick "Trust this CA to identify websites".

macOS
    sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain aegis-ca.crt

Windows (PowerShell as administrator)
    Import-Certificate -FilePath aegis-ca.der -CertStoreLocation Cert:\\LocalMachine\\Root

iPhone, iPad
    Send aegis-ca.crt to the device and open it; Settings, General, VPN & Device Management: install it;
    then Settings, General, About, Certificate Trust Settings: switch it on.

Android
    Settings, Security, Encryption & credentials, Install a certificate, CA certificate: aegis-ca.crt

To take it back, delete "Aegis local CA" from the same place.
`;
}

const SECOND =
  `aegis-ca-hosts.crt signs the certificates of hosts, because their domains were added after aegis-ca.crt was made and
it cannot sign for them. Trust it in the same way where browsers shall accept those hosts without a public certificate.

`;
