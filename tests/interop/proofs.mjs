// DPoP proofs by the package `dpop`.
//   node proofs.mjs keys NOW    prints key pairs with their thumbprints as JSON
//   node proofs.mjs prove NOW   reads those and a token for each, prints proofs as JSON
import { calculateThumbprint, generateKeyPair, generateProof } from "dpop";
import { freezeClock } from "./clock.mjs";
import { readInput } from "./input.mjs";

const COUNT = 200;
const ALGORITHMS = ["ES256", "Ed25519", "RS256", "PS256"];
const IMPORTED = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  Ed25519: { name: "Ed25519" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
};
const METHODS = ["GET", "POST", "DELETE"];

const [mode, now] = [process.argv[2], Number(process.argv[3])];
freezeClock(now);
if (mode === "keys") await keys();
else await prove();

async function keys() {
  const made = [];
  for (const algorithm of ALGORITHMS) {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    made.push({
      algorithm,
      thumbprint: await calculateThumbprint(publicKey),
      public: await crypto.subtle.exportKey("jwk", publicKey),
      private: await crypto.subtle.exportKey("jwk", privateKey),
    });
  }
  process.stdout.write(JSON.stringify(made));
}

async function prove() {
  const { keys, tokens } = await readInput();
  const pairs = await Promise.all(keys.map(pairOf));
  const proofs = [];
  for (let index = 0; index < COUNT; index += 1) {
    const method = METHODS[index % METHODS.length];
    const target = `/orders/${index}`;
    const token = tokens[index % pairs.length];
    const url = `https://api.example${target}`;
    const proof = await generateProof(pairs[index % pairs.length], url, method, undefined, token);
    proofs.push({ method, target: `${target}?page=${index}`, token, proof });
  }
  process.stdout.write(JSON.stringify(proofs));
}

async function pairOf(key) {
  const algorithm = IMPORTED[key.algorithm];
  const imported = (jwk, use) => crypto.subtle.importKey("jwk", jwk, algorithm, true, [use]);
  return {
    publicKey: await imported(key.public, "verify"),
    privateKey: await imported(key.private, "sign"),
  };
}
