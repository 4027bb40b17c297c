// Keys for the six algorithms of RFC 9421 section 3.3, by Node's own cryptography.
import crypto from "node:crypto";

const ASYMMETRIC = {
  "ed25519": { type: "ed25519", options: {}, digest: null, with: {} },
  "ecdsa-p256-sha256": ecdsa("P-256", "sha256"),
  "ecdsa-p384-sha384": ecdsa("P-384", "sha384"),
  "rsa-v1_5-sha256": rsa("sha256", {}),
  "rsa-pss-sha512": rsa("sha512", {
    padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 64,
  }),
};

export const ALGORITHMS = [...Object.keys(ASYMMETRIC), "hmac-sha256"];

function ecdsa(namedCurve, digest) {
  return { type: "ec", options: { namedCurve }, digest, with: { dsaEncoding: "ieee-p1363" } };
}

function rsa(digest, options) {
  return { type: "rsa", options: { modulusLength: 2048 }, digest, with: options };
}

/** A new key: who signs with it, and what a verifier is told. */
export function generate(algorithm) {
  if (algorithm === "hmac-sha256") {
    const secret = crypto.randomBytes(32);
    return { signer: hmac(secret), public: { secret: secret.toString("base64") } };
  }
  const { type, options, digest, with: how } = ASYMMETRIC[algorithm];
  const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
  const sign = (data) => new Uint8Array(crypto.sign(digest, data, { key: privateKey, ...how }));
  const pem = publicKey.export({ type: "spki", format: "pem" });
  return { signer: { algorithm, sign }, public: { pem } };
}

/** Who verifies with what was told. */
export function verifier(algorithm, { pem, secret }) {
  if (algorithm === "hmac-sha256") return hmac(Buffer.from(secret, "base64"));
  const { digest, with: how } = ASYMMETRIC[algorithm];
  const key = crypto.createPublicKey(pem);
  return { algorithm, verify: (data, signature) => crypto.verify(digest, data, { key, ...how }, signature) };
}

function hmac(secret) {
  const sign = (data) => new Uint8Array(crypto.createHmac("sha256", secret).update(data).digest());
  const verify = (data, signature) => Buffer.compare(sign(data), signature) === 0;
  return { algorithm: "hmac-sha256", sign, verify };
}
