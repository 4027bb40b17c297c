// Web Bot Auth by the package `web-bot-auth`, which knows `Signature-Agent` as a bare string.
//   node agents.mjs sign NOW     prints a directory and signed requests as JSON
//   node agents.mjs verify NOW   reads the same from standard input, prints a verdict for each
import crypto from "node:crypto";
import { jwkToKeyID, signatureHeaders, verify } from "web-bot-auth";
import { helpers, signerFromJWK, verifierFromJWK } from "web-bot-auth/crypto";
import { readInput } from "./input.mjs";
import { freezeClock } from "./clock.mjs";

const COUNT = 200;
const AGENT = "https://agent.example";

const [mode, now] = [process.argv[2], Number(process.argv[3])];
freezeClock(now);
if (mode === "sign") await sign();
else await check();

async function sign() {
  const pairs = [
    crypto.generateKeyPairSync("ed25519"),
    crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ];
  const algorithms = [{}, { alg: "PS512" }];
  const keys = [];
  const signers = [];
  for (const [index, { privateKey, publicKey }] of pairs.entries()) {
    const jwk = { ...publicKey.export({ format: "jwk" }), ...algorithms[index] };
    keys.push({ ...jwk, kid: await thumbprint(jwk) });
    signers.push(await signerFromJWK({ ...privateKey.export({ format: "jwk" }), ...algorithms[index] }));
  }
  const messages = [];
  for (let index = 0; index < COUNT; index += 1) {
    messages.push(await signed(index, signers[index % signers.length]));
  }
  process.stdout.write(JSON.stringify({ agent: AGENT, keys, messages }));
}

async function signed(index, signer) {
  const url = `https://shop.example/items/${index}?page=${index % 3}`;
  const headers = { "Signature-Agent": `"${AGENT}"` };
  const created = new Date((now - (index % 60)) * 1000);
  const expires = new Date((now + 60) * 1000);
  const made = await signatureHeaders({ method: "GET", url, headers }, signer, { created, expires });
  return { method: "GET", url, headers: { ...headers, ...made } };
}

async function check() {
  const { keys, messages } = await readInput();
  const verifiers = new Map();
  for (const key of keys) verifiers.set(await thumbprint(key), await verifierFromJWK(key));
  for (const message of messages) console.log(await verdict(verifiers, message));
}

async function verdict(verifiers, message) {
  try {
    await verify(message, async (data, signature, parameters) => {
      const verifier = verifiers.get(parameters.keyid);
      if (verifier === undefined) throw new Error("unknown key");
      await verifier(data, signature, parameters);
    });
    return "verified";
  } catch (error) {
    return `refused ${error.message}`;
  }
}

function thumbprint(jwk) {
  return jwkToKeyID(jwk, helpers.WEBCRYPTO_SHA256, helpers.BASE64URL_DECODE);
}
