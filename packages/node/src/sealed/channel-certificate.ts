/**
 * The certificate that TLS asks of an acceptor. It says nothing about who that is, and nobody checks it: each process makes
 * one for itself. Both ends prove their keys over the encrypted connection instead, bound to it (docs/adr/0032).
 */
import { webcrypto } from 'node:crypto';

/** A certificate and its private key, as PEM. */
export interface ChannelCertificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** Longer than any process runs. */
const VALID_DAYS = 3650;
const COMMON_NAME = '2.5.4.3';

let made: Promise<ChannelCertificate> | undefined;

/** This process's. The library that makes it is loaded when it is first asked for. */
export function channelCertificate(): Promise<ChannelCertificate> {
  made ??= makeCertificate();
  return made;
}

async function makeCertificate(): Promise<ChannelCertificate> {
  const { AttributeTypeAndValue, Certificate, CryptoEngine } = await import('pkijs');
  const { Integer, Utf8String } = await import('asn1js');
  const engine = new CryptoEngine({ name: 'node', crypto: webcrypto as never });
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey, publicKey } = await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']);
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: 1 });
  for (const { typesAndValues } of [certificate.issuer, certificate.subject]) {
    typesAndValues.push(new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value: 'peerlab' }) }));
  }
  certificate.notBefore.value = new Date(Date.now() - DAY_MS);
  certificate.notAfter.value = new Date(Date.now() + VALID_DAYS * DAY_MS);
  await certificate.subjectPublicKeyInfo.importKey(publicKey as never, engine);
  await certificate.sign(privateKey as never, 'SHA-256', engine);
  return {
    cert: pem('CERTIFICATE', certificate.toSchema(true).toBER(false)),
    key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', privateKey)),
  };
}

function pem(label: string, der: ArrayBuffer): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
}
