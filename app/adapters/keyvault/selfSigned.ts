/**
 * Makes a certificate over a key whose signatures are made elsewhere (RFC 5280). Graph only reads the public key in it, so
 * the certificate holds nothing more than a name and its validity.
 */
import { createPublicKey, type JsonWebKey } from "node:crypto";

export interface ToCertify {
  readonly publicKey: JsonWebKey;
  readonly name: string;
  /** Up to 20 bytes, of which the first is below 128. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Signs by RSASSA-PKCS1-v1_5 with SHA-256. */
type Sign = (data: Uint8Array) => Promise<Uint8Array>;

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BITS = 0x03;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const VERSION_3 = Buffer.from("a003020102", "hex");
const SHA256_WITH_RSA = Buffer.from("300d06092a864886f70d01010b0500", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");

/** The certificate in DER. */
export async function selfSigned(what: ToCertify, sign: Sign): Promise<Uint8Array> {
  const { publicKey, name, serial, notBefore, notAfter } = what;
  const named = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from(name)))));
  const signed = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, serial),
    SHA256_WITH_RSA,
    named,
    der(SEQUENCE, time(notBefore), time(notAfter)),
    named,
    createPublicKey({ key: publicKey, format: "jwk" }).export({ type: "spki", format: "der" }),
  );
  return der(SEQUENCE, signed, SHA256_WITH_RSA, der(BITS, Buffer.of(0), await sign(signed)));
}

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Buffer.of(length);
  const bytes = Buffer.from(length.toString(16).padStart(4, "0"), "hex");
  const needed = bytes[0] === 0 ? bytes.subarray(1) : bytes;
  return Buffer.concat([Buffer.of(0x80 + needed.length), needed]);
}

/** A time in DER. From 2050 on its year has four digits (RFC 5280, 4.1.2.5). */
function time(date: Date): Uint8Array {
  const text = date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050
    ? der(UTC_TIME, Buffer.from(text.slice(2)))
    : der(GENERALIZED_TIME, Buffer.from(text));
}
